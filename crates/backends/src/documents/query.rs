use serde_json::Value;

use super::Document;

/// A condition on a field; fields are dotted paths such as `address.city`.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    /// The field equals a scalar.
    Equals(String, Value),
    /// The field is an array with this scalar in it.
    Contains(String, Value),
    /// At least; the field must be the order's.
    AtLeast(String, Value),
    /// At most; the field must be the order's.
    AtMost(String, Value),
    /// Less than; the field must be the order's.
    Below(String, Value),
}

impl Filter {
    /// The field it looks at.
    pub fn field(&self) -> &str {
        match self {
            Self::Equals(field, _)
            | Self::Contains(field, _)
            | Self::AtLeast(field, _)
            | Self::AtMost(field, _)
            | Self::Below(field, _) => field,
        }
    }

    /// Whether it is a range.
    pub fn is_range(&self) -> bool {
        matches!(self, Self::AtLeast(..) | Self::AtMost(..) | Self::Below(..))
    }
}

/// Which way an order goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first.
    Ascending,
    /// Greatest first.
    Descending,
}

/// By which field; documents without it are left out, and ids break ties in the same direction.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Order {
    /// A dotted path.
    pub field: String,
    /// Which way.
    pub direction: Direction,
}

/// The place of a document in an order, to go on after it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Position {
    /// The value of the order's field; `None` when ordered by id alone.
    pub value: Option<Value>,
    /// The id of the document.
    pub id: String,
}

/// A question to one collection.
#[derive(Debug, Clone, PartialEq)]
pub struct Query {
    /// A declared collection.
    pub collection: String,
    /// All must hold.
    pub filters: Vec<Filter>,
    /// By id ascending when `None`.
    pub order: Option<Order>,
    /// Goes on after this place.
    pub after: Option<Position>,
    /// At most [`super::MAX_PAGE`].
    pub limit: usize,
    /// Documents to pass over first; for small tools, up to 1000.
    pub offset: usize,
}

impl Query {
    /// Everything of a collection, by id.
    pub fn all(collection: &str) -> Self {
        Self {
            collection: collection.to_owned(),
            filters: Vec::new(),
            order: None,
            after: None,
            limit: super::MAX_PAGE,
            offset: 0,
        }
    }

    /// Only where a field equals a scalar.
    #[must_use]
    pub fn equals(self, field: &str, value: impl Into<Value>) -> Self {
        self.filter(Filter::Equals(field.to_owned(), value.into()))
    }

    /// Only where a field is an array with this scalar in it.
    #[must_use]
    pub fn contains(self, field: &str, value: impl Into<Value>) -> Self {
        self.filter(Filter::Contains(field.to_owned(), value.into()))
    }

    /// Only where this holds, too.
    #[must_use]
    pub fn filter(mut self, filter: Filter) -> Self {
        self.filters.push(filter);
        self
    }

    /// In the order of a field.
    #[must_use]
    pub fn ordered(mut self, field: &str, direction: Direction) -> Self {
        self.order = Some(Order {
            field: field.to_owned(),
            direction,
        });
        self
    }

    /// After a position, or from the start.
    #[must_use]
    pub fn after(mut self, position: Option<Position>) -> Self {
        self.after = position;
        self
    }

    /// At most so many.
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Self {
        self.limit = limit;
        self
    }

    /// Passing over so many first.
    #[must_use]
    pub fn offset(mut self, offset: usize) -> Self {
        self.offset = offset;
        self
    }

    /// Where `document` stands in this query's order.
    pub fn position_of(&self, document: &Document) -> Position {
        let value = self.order.as_ref().map(|order| {
            let mut path = order.field.split('.');
            let value = path.try_fold(&document.body, |at, name| at.get(name));
            value.cloned().unwrap_or_default()
        });
        Position {
            value,
            id: document.id.clone(),
        }
    }
}
