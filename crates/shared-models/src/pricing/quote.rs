use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{MarketRange, MarketSource, PriceRange, WageFloor};
use crate::{
    ids::ProductId,
    money::{Amount, Currency},
};

/// A price, and everything that it is made of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceQuote {
    pub product_id: ProductId,
    pub currency: Currency,
    /// Null while `missing` names something.
    #[schema(required)]
    pub suggested_price: Option<Amount>,
    /// Null while there is no suggested price.
    #[schema(required)]
    pub price_range: Option<PriceRange>,
    /// What comparable pieces cost; null with fewer than three.
    #[schema(required)]
    pub market_range: Option<MarketRange>,
    /// Each with its effect on the price, in money, and why.
    pub market_factors: Vec<MarketFactor>,
    /// From 0 to 1: how much stands behind the price.
    pub confidence_score: f64,
    pub pricing_strategy: PricingStrategy,
    /// Sums to `suggested_price` exactly: what the piece costs, then the effect of each factor.
    pub breakdown: Vec<Component>,
    pub floor: WageFloor,
    /// Null when no wage is known.
    #[schema(required)]
    pub wage: Option<AppliedWage>,
    /// The fields without which there is no price: `labor_hours`, `hourly_wage`.
    pub missing: Vec<String>,
    /// How many comparable pieces were looked at.
    pub sample_size: u32,
    /// Where their prices are from.
    pub sources: Vec<MarketSource>,
}

/// The wage that the hours were counted at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AppliedWage {
    pub hourly: Amount,
    /// The legal floor below it, if one is known for her state and skill.
    #[schema(required)]
    pub official_floor: Option<Amount>,
    #[schema(required)]
    pub state: Option<String>,
    #[schema(required)]
    pub effective_from: Option<NaiveDate>,
    /// Where the legal floor is published.
    #[schema(required)]
    pub source: Option<String>,
}

/// One thing that moves the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarketFactor {
    /// `margin`, `artisan_skill`, `market_position`, `demand`, `urgency`, `wage_protection`, `rounding`.
    pub name: String,
    /// In the listing's currency; negative when it lowers the price.
    pub effect: Amount,
    /// A sentence.
    pub explanation: String,
}

/// One part of the price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Component {
    /// `materials`, `base_cost`, `labor`, `overhead`, or the name of a factor.
    pub name: String,
    pub amount: Amount,
}

/// How a price was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PricingStrategy {
    /// From what the piece costs; no market is known.
    CostPlus,
    /// From what the piece costs, and drawn towards what comparable pieces cost.
    MarketAligned,
    /// The market would pay less than it costs to make: the price stays there.
    WageProtected,
    /// No price: what comparable pieces cost is all that can be said.
    MarketRangeOnly,
}

impl PricingStrategy {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CostPlus => "cost_plus",
            Self::MarketAligned => "market_aligned",
            Self::WageProtected => "wage_protected",
            Self::MarketRangeOnly => "market_range_only",
        }
    }
}

/// How much is bought, measured by completed orders.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DemandLevel {
    High,
    Normal,
    Low,
    /// Too few orders to say.
    #[default]
    Unknown,
}
