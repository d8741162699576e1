use std::cmp::Ordering;

use backends::documents::{Direction, Document, Position};
use service_kit::Problem;

use crate::error::ProductError;

/// The order of a list; ids break ties.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Sort {
    /// The newest first.
    #[default]
    Newest,
    /// The smallest amount first, in whatever currency.
    PriceAsc,
    /// The largest amount first, in whatever currency.
    PriceDesc,
}

/// Where a listing stands in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    /// The creation in microseconds, or the price in ten-thousandths.
    rank: i64,
    id: String,
}

impl Sort {
    /// The field that a store orders by.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Newest => "index.created",
            Self::PriceAsc | Self::PriceDesc => "index.price",
        }
    }

    pub(super) const fn direction(self) -> Direction {
        match self {
            Self::PriceAsc => Direction::Ascending,
            Self::Newest | Self::PriceDesc => Direction::Descending,
        }
    }

    /// Which of two places comes first.
    pub(super) fn compare(self, one: &Place, other: &Place) -> Ordering {
        let ascending = (one.rank, &one.id).cmp(&(other.rank, &other.id));
        match self.direction() {
            Direction::Ascending => ascending,
            Direction::Descending => ascending.reverse(),
        }
    }

    /// Where a stored listing stands.
    pub(super) fn place_of(self, document: &Document) -> Place {
        let rank = self
            .field()
            .split('.')
            .try_fold(&document.body, |at, name| at.get(name));
        Place {
            rank: rank.and_then(serde_json::Value::as_i64).unwrap_or_default(),
            id: document.id.clone(),
        }
    }
}

impl Place {
    /// The place that a cursor names; refused when it is none of this service's.
    pub(super) fn of(position: &Position) -> Result<Self, ProductError> {
        let rank = position.value.as_ref().and_then(serde_json::Value::as_i64);
        let rank = rank.ok_or_else(|| {
            let detail = "is not one of ours";
            Problem::malformed(format!("cursor {detail}")).and_field("cursor", "malformed", detail)
        })?;
        let id = position.id.clone();
        Ok(Self { rank, id })
    }

    /// For a cursor.
    pub(super) fn position(&self) -> Position {
        Position {
            value: Some(self.rank.into()),
            id: self.id.clone(),
        }
    }
}
