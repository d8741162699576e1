//! What other services found out about a listing.

use serde::{Deserialize, Serialize};

use super::{EventBody, Topic};
use crate::{ids::ProductId, money::Currency};

/// What a machine saw and wrote of a listing can be asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MlAnalysisCompleted {
    pub product_id: ProductId,
    /// The listing's version that it was made of.
    #[serde(default)]
    pub listing_version: i32,
}

impl EventBody for MlAnalysisCompleted {
    const TOPIC: Topic = Topic::MlAnalysisCompleted;
}

/// A price was suggested for a listing, or what is missing for one was found out.
///
/// Amounts are whole minor units of `currency` as text, empty where there is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PriceSuggested {
    pub product_id: ProductId,
    /// The listing's version that it was made of.
    #[serde(default)]
    pub listing_version: i32,
    pub currency: Currency,
    #[serde(default)]
    pub price: String,
    #[serde(default)]
    pub minimum: String,
    #[serde(default)]
    pub premium: String,
    /// Of comparable pieces, the middle half.
    #[serde(default)]
    pub market_low: String,
    #[serde(default)]
    pub market_median: String,
    #[serde(default)]
    pub market_high: String,
    /// How many comparable pieces there are.
    #[serde(default)]
    pub sample_size: i32,
    /// 0 to 1.
    #[serde(default)]
    pub confidence: f64,
    #[serde(default)]
    pub strategy: String,
    /// `official`, `own_wage` or `unknown`.
    #[serde(default)]
    pub floor: String,
    /// What the artisan has to say before there can be a price.
    #[serde(default)]
    pub missing: Vec<String>,
}

impl EventBody for PriceSuggested {
    const TOPIC: Topic = Topic::PriceSuggested;
}
