use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{EventBody, Topic};
use crate::ids::{OrderId, ProductId, UserId};

/// An order is complete. The lists run in parallel, one entry a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrderCompleted {
    pub order_id: OrderId,
    /// When it was placed: demand belongs to that day.
    pub ordered_at: DateTime<Utc>,
    #[serde(default)]
    pub product_ids: Vec<ProductId>,
    /// The lines' owners.
    #[serde(default)]
    pub artisan_ids: Vec<UserId>,
    /// Pieces.
    #[serde(default)]
    pub quantities: Vec<i32>,
    #[serde(default)]
    pub categories: Vec<String>,
    /// Empty where the piece has none.
    #[serde(default)]
    pub subcategories: Vec<String>,
    /// Where the piece comes from; empty where it does not say.
    #[serde(default)]
    pub regions: Vec<String>,
}

impl EventBody for OrderCompleted {
    const TOPIC: Topic = Topic::OrderCompleted;
}

/// Somebody did something with a listing, or searched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserBehavior {
    /// Nobody was signed in when it is missing.
    #[serde(default, with = "blank")]
    pub user_id: Option<UserId>,
    /// `view`, `like`, `share`, `add_to_cart`, `search` or `purchase`.
    pub action: String,
    pub occurred_at: DateTime<Utc>,
    /// Missing for a search.
    #[serde(default, with = "blank")]
    pub product_id: Option<ProductId>,
    /// Of the piece or of the search's filters; empty where there is none.
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub subcategory: String,
    #[serde(default)]
    pub region: String,
}

impl EventBody for UserBehavior {
    const TOPIC: Topic = Topic::UserBehavior;
}

/// What is missing is empty text: proto3 knows no null.
mod blank {
    use std::{fmt::Display, str::FromStr};

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    #[expect(clippy::ref_option, reason = "serde hands over a reference to the field")]
    pub(super) fn serialize<T: Display, S: Serializer>(
        value: &Option<T>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        match value {
            Some(value) => serializer.collect_str(value),
            None => serializer.serialize_str(""),
        }
    }

    pub(super) fn deserialize<'de, T, D>(deserializer: D) -> Result<Option<T>, D::Error>
    where
        T: FromStr<Err: Display>,
        D: Deserializer<'de>,
    {
        let text = String::deserialize(deserializer)?;
        if text.is_empty() {
            return Ok(None);
        }
        text.parse().map(Some).map_err(D::Error::custom)
    }
}
