use super::{Direction, Filter, Query};
use crate::{Error, Result};

/// What a store holds: its collections and the indexes that its queries need.
///
/// The same declaration makes SQLite's indexes, checks queries in tests, and generates Firestore's.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    collections: Vec<Collection>,
}

/// A collection and what may be asked of it.
#[derive(Debug, Clone, Copy)]
pub struct Collection {
    /// Letters, digits, `_`, `-` and `.`.
    pub name: &'static str,
    /// What its queries need.
    pub indexes: &'static [Index],
    /// Whether followers may ask for its `changes`.
    pub followed: bool,
}

/// One index: scalar fields compared for equality, at most one array field, then the order.
///
/// As on Firestore, indexes of the same order combine: a query is covered when the indexes whose
/// fields it filters on together name all its filters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Fields that a query compares for equality.
    pub equals: &'static [&'static str],
    /// The array field in which a query looks for an element.
    pub contains: Option<&'static str>,
    /// The field that a query orders by, and which way.
    pub order: Option<(&'static str, Direction)>,
    /// Whether Firestore keeps it in shards: see [`Index::sharded`].
    pub sharded: bool,
}

impl Collection {
    /// A collection that is read by id only.
    pub const fn keyed(name: &'static str) -> Self {
        Self {
            name,
            indexes: &[],
            followed: false,
        }
    }

    /// Whether any of its indexes is sharded; its order by id is then, too.
    pub(crate) fn is_sharded(&self) -> bool {
        self.indexes.iter().any(|index| index.sharded)
    }
}

impl Index {
    /// Fields for equality, in the order of ids.
    pub const fn on(equals: &'static [&'static str]) -> Self {
        Self {
            equals,
            contains: None,
            order: None,
            sharded: false,
        }
    }

    /// The same with an array field.
    #[must_use]
    pub const fn containing(self, field: &'static str) -> Self {
        Self {
            contains: Some(field),
            ..self
        }
    }

    /// The same in the order of a field.
    #[must_use]
    pub const fn by(self, field: &'static str, direction: Direction) -> Self {
        Self {
            order: Some((field, direction)),
            ..self
        }
    }

    /// The same in shards, for a field that only grows in a busy collection.
    ///
    /// Firestore bears some 500 writes a second in one index whose values follow each other, and so many in each shard.
    /// A query is still one. Nothing else changes, and SQLite does not care. Documents that were written before a
    /// collection had a sharded index are not found by it until they are written again.
    #[must_use]
    pub const fn sharded(self) -> Self {
        Self {
            sharded: true,
            ..self
        }
    }
}

impl Index {
    /// What is compared for equality, and then the order's field.
    pub(crate) fn fields(&self) -> Vec<&'static str> {
        let order = self.order.map(|(field, _)| field);
        self.equals.iter().copied().chain(order).collect()
    }
}

impl Schema {
    /// These collections.
    pub fn of(collections: &[Collection]) -> Self {
        Self {
            collections: collections.to_vec(),
        }
    }

    /// And these.
    #[must_use]
    pub fn and(mut self, collections: &[Collection]) -> Self {
        self.collections.extend_from_slice(collections);
        self
    }

    /// All declared collections.
    pub fn collections(&self) -> &[Collection] {
        &self.collections
    }

    /// The declared collection.
    pub fn collection(&self, name: &str) -> Result<&Collection> {
        self.collections
            .iter()
            .find(|collection| collection.name == name)
            .ok_or_else(|| Error::Invalid(format!("collection {name} is not declared")))
    }

    /// Refuses a query that no declared index covers, or that Firestore could not answer.
    pub fn check(&self, query: &Query) -> Result<()> {
        let collection = self.collection(&query.collection)?;
        let invalid = |why: &str| Err(Error::Invalid(format!("query of {}: {why}", query.collection)));
        let order = query
            .order
            .as_ref()
            .map(|order| (order.field.as_str(), order.direction));
        for range in query.filters.iter().filter(|filter| filter.is_range()) {
            if order.map(|(field, _)| field) != Some(range.field()) {
                return invalid("a range's field must be the order's");
            }
        }
        if query.limit > super::MAX_PAGE || query.offset > super::MAX_PAGE {
            return invalid("limit and offset are at most 1000");
        }
        let exact = exact(query);
        if exact
            .iter()
            .filter(|filter| matches!(filter, Filter::Contains(..)))
            .count()
            > 1
        {
            return invalid("at most one array field");
        }
        if exact.is_empty() && order.is_none() {
            return Ok(());
        }
        let usable: Vec<&Index> = collection.usable(query).collect();
        let covered = |filter: &&Filter| match filter {
            Filter::Contains(field, _) => usable.iter().any(|index| index.contains == Some(field)),
            other => usable.iter().any(|index| index.equals.contains(&other.field())),
        };
        if usable.is_empty() || !exact.iter().all(covered) {
            return invalid("no declared index covers it");
        }
        Ok(())
    }

    /// Whether an index that answers the query is sharded.
    pub(crate) fn is_sharded(&self, query: &Query) -> Result<bool> {
        let collection = self.collection(&query.collection)?;
        if query.order.is_none() && exact(query).is_empty() {
            return Ok(collection.is_sharded());
        }
        Ok(collection.usable(query).any(|index| index.sharded))
    }
}

impl Collection {
    /// The indexes in the query's order that ask for nothing but what it filters on.
    fn usable<'a>(&'a self, query: &'a Query) -> impl Iterator<Item = &'a Index> {
        let order = query
            .order
            .as_ref()
            .map(|order| (order.field.as_str(), order.direction));
        let exact = exact(query);
        self.indexes.iter().filter(move |index| {
            let equal = |name: &&str| {
                exact
                    .iter()
                    .any(|f| matches!(f, Filter::Equals(field, _) if field == name))
            };
            let contained = |name: &str| {
                exact
                    .iter()
                    .any(|f| matches!(f, Filter::Contains(field, _) if field == name))
            };
            index.order == order && index.equals.iter().all(equal) && index.contains.is_none_or(contained)
        })
    }
}

/// The filters that are no ranges.
fn exact(query: &Query) -> Vec<&Filter> {
    query.filters.iter().filter(|filter| !filter.is_range()).collect()
}
