use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DemandLevel, MarketRange};
use crate::money::{Amount, Currency};

/// What is known of the prices of a category.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MarketAnalysis {
    pub category: String,
    #[schema(required)]
    pub region: Option<String>,
    pub currency: Currency,
    /// The mean; null when nothing is known.
    #[schema(required)]
    pub average_price: Option<Amount>,
    /// Half of the pieces cost less; a few dear ones do not move it. Null when nothing is known.
    #[schema(required)]
    pub median_price: Option<Amount>,
    /// The middle half; null with fewer than three pieces.
    #[schema(required)]
    pub price_range: Option<MarketRange>,
    pub price_trend: PriceTrend,
    /// By how much in a month of 30 days, in percent (Theil-Sen); null when the trend is unknown.
    #[schema(required)]
    pub price_trend_percent_a_month: Option<f64>,
    pub demand_level: DemandLevel,
    /// Pieces of completed orders in the last 30 days.
    pub units_sold_30d: u64,
    /// The months of the year of which enough is known; empty when that is fewer than two.
    pub seasonality: Vec<MonthOfYear>,
    pub recommendations: Vec<String>,
    /// Pieces that this rests on.
    pub sample_size: u32,
    /// Too few pieces to rely on it.
    pub thin: bool,
    /// What it rests on, and what is not known, in sentences.
    pub notes: Vec<String>,
    pub sources: Vec<MarketSource>,
}

/// Which way prices of newly listed pieces go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PriceTrend {
    Rising,
    Falling,
    /// Any change is smaller than chance.
    Steady,
    /// Too few pieces, or all from the same days.
    Unknown,
}

/// One month of the year.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MonthOfYear {
    /// 1 to 12.
    pub month: u32,
    /// The median price of pieces listed then, where 1 is the median of all.
    pub price_index: f64,
    /// How many pieces that is.
    pub listings: u32,
    /// Pieces of orders completed then.
    pub units_sold: u64,
}

/// Where prices are from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarketSource {
    /// `craftchain` for listings of this marketplace, else the name that the operator's data gives.
    pub name: String,
    /// Prices from there.
    pub count: u32,
    /// The newest of them.
    pub newest: NaiveDate,
}
