//! What a database must index: made of the same declarations that queries are checked against.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{log, name, shards, value};
use crate::documents::{Collection, Direction, Index, Schema};

/// The indexes of one service's database, as Terraform makes them.
///
/// Nothing else is indexed: a field without an index costs no write and bears ids that follow each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Indexes {
    /// For queries on several fields.
    pub composite: Vec<Composite>,
    /// The fields that are indexed by themselves; all others of the collections are exempt.
    pub single: Vec<Single>,
    /// Every collection.
    pub collections: Vec<String>,
    /// Where documents go by themselves.
    pub expiring: Vec<Expiring>,
}

/// A composite index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Composite {
    /// Which collection.
    pub collection: String,
    /// In this order.
    pub fields: Vec<Field>,
}

/// A field of a composite index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Field {
    /// As Firestore writes it.
    pub path: String,
    /// `ASCENDING`, `DESCENDING`, or `CONTAINS` for an array.
    pub by: &'static str,
}

/// An index on one field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Single {
    /// Which collection.
    pub collection: String,
    /// The field, ascending.
    pub path: String,
}

/// Documents are removed after the time in a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Expiring {
    /// Which collection.
    pub collection: String,
    /// The field with the time.
    pub path: String,
}

/// Everything by id; its index begins with the id when nothing is before it.
const BY_ID: Index = Index::on(&[]);

/// The indexes that the queries of a schema need, and those of the log of commits.
pub fn indexes(schema: &Schema) -> Indexes {
    let declared = schema.collections().iter().flat_map(|collection| {
        let composite = move |index| composite(collection.name, index);
        let by_id = collection.is_sharded().then_some(BY_ID.sharded());
        collection
            .indexes
            .iter()
            .copied()
            .chain(by_id)
            .filter_map(composite)
    });
    let composite: BTreeSet<Composite> = declared.chain(of_the_log()).collect();
    let names = schema
        .collections()
        .iter()
        .map(|collection| collection.name.to_owned());
    let mut collections: Vec<String> = names.collect();
    collections.sort_unstable();
    let single = schema
        .collections()
        .iter()
        .filter(|collection| !collection.is_sharded());
    let mut single: Vec<Single> = single.map(by_id).collect();
    single.sort_unstable();
    Indexes {
        composite: composite.into_iter().collect(),
        single,
        collections: collections
            .iter()
            .cloned()
            .chain([log::COLLECTION.to_owned()])
            .collect(),
        expiring: vec![Expiring {
            collection: log::COLLECTION.to_owned(),
            path: value::path_of_name(log::EXPIRES),
        }],
    }
}

fn by_id(collection: &Collection) -> Single {
    Single {
        collection: collection.name.to_owned(),
        path: value::path_of_name(name::ID),
    }
}

/// The shard, what is compared for equality, the array, the order and then the id, which ends every order.
fn composite(collection: &str, index: Index) -> Option<Composite> {
    let by = match index.order {
        Some((_, Direction::Descending)) => "DESCENDING",
        Some((_, Direction::Ascending)) | None => "ASCENDING",
    };
    let field = |name: &str, by| Field {
        path: value::path(name),
        by,
    };
    let shard = index.sharded.then(|| Field {
        path: value::path_of_name(shards::FIELD),
        by: "ASCENDING",
    });
    let equal = index.equals.iter().map(|name| field(name, "ASCENDING"));
    let contains = index.contains.map(|name| field(name, "CONTAINS"));
    let order = index.order.map(|(name, _)| field(name, by));
    let id = Field {
        path: value::path_of_name(name::ID),
        by,
    };
    let before = shard.into_iter().chain(equal).chain(contains);
    let fields: Vec<Field> = before.chain(order).chain([id]).collect();
    // One field alone is a single-field index.
    (fields.len() > 1).then(|| Composite {
        collection: collection.to_owned(),
        fields,
    })
}

fn of_the_log() -> impl Iterator<Item = Composite> {
    ["ASCENDING", "DESCENDING"].into_iter().map(|by| Composite {
        collection: log::COLLECTION.to_owned(),
        fields: vec![
            Field {
                path: value::path_of_name(log::PARTS),
                by: "CONTAINS",
            },
            Field {
                path: value::path_of_name(log::AT),
                by,
            },
        ],
    })
}

#[cfg(test)]
mod tests;
