use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::money::{Amount, Currency};

/// Which wage stands under a price.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WageFloor {
    /// The legal one of her state and skill, from the table that an operator loaded.
    Official,
    /// What the artisan says that her hour costs.
    OwnWage,
    /// None is known, so no price is suggested.
    #[default]
    #[serde(other)]
    Unknown,
}

impl WageFloor {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Official => "official",
            Self::OwnWage => "own_wage",
            Self::Unknown => "unknown",
        }
    }

    /// The floor of a name; unknown for one of tomorrow.
    pub fn from_name(name: &str) -> Self {
        let known = [Self::Official, Self::OwnWage];
        let found = known.into_iter().find(|floor| floor.as_str() == name);
        found.unwrap_or(Self::Unknown)
    }
}

/// From the least that pays for the piece to what a patient seller may ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceRange {
    /// Materials, hours at the wage floor and overhead: below it she pays to work.
    pub minimum: Amount,
    pub optimal: Amount,
    pub premium: Amount,
}

/// What comparable pieces cost: the middle half of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MarketRange {
    /// A quarter costs less.
    pub low: Amount,
    pub median: Amount,
    /// A quarter costs more.
    pub high: Amount,
    /// How many pieces that is.
    pub sample_size: u32,
}

/// What pricing suggests for a listing, as the listing shows it.
///
/// Its owner sees all of it. Others see `price` to two significant digits and nothing else, so that it does not
/// tell what the piece costs her.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SuggestedPrice {
    /// Null while hours or a wage floor are missing.
    #[schema(required)]
    pub price: Option<Amount>,
    pub currency: Currency,
    #[serde(default)]
    #[schema(required)]
    pub price_range: Option<PriceRange>,
    /// Null without comparable listings.
    #[serde(default)]
    #[schema(required)]
    pub market_range: Option<MarketRange>,
    /// 0 to 1.
    #[serde(default)]
    #[schema(required)]
    pub confidence_score: Option<f64>,
    #[serde(default)]
    #[schema(required)]
    pub pricing_strategy: Option<String>,
    #[serde(default)]
    #[schema(required)]
    pub floor: Option<WageFloor>,
    /// What is to be said before a price can be suggested: `costs.labor_hours`, `hourly_wage`.
    #[serde(default)]
    #[schema(required)]
    pub missing: Vec<String>,
    /// The listing's version that it was made of.
    pub listing_version: u64,
    pub suggested_at: DateTime<Utc>,
}

impl SuggestedPrice {
    /// What others than the owner may see; nothing when there is no price.
    pub fn for_others(&self) -> Option<Self> {
        Some(Self {
            price: Some(self.price?.rounded(2)),
            currency: self.currency,
            price_range: None,
            market_range: None,
            confidence_score: None,
            pricing_strategy: None,
            floor: None,
            missing: Vec::new(),
            listing_version: self.listing_version,
            suggested_at: self.suggested_at,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn others_see_a_rounded_price_and_no_costs() {
        let amount = |text| Amount::parse(text).unwrap();
        let hers = SuggestedPrice {
            price: Some(amount("1287.45")),
            currency: Currency::INR,
            price_range: Some(PriceRange {
                minimum: amount("900"),
                optimal: amount("1287.45"),
                premium: amount("1500"),
            }),
            market_range: None,
            confidence_score: Some(0.7),
            pricing_strategy: Some("market".into()),
            floor: Some(WageFloor::OwnWage),
            missing: Vec::new(),
            listing_version: 3,
            suggested_at: DateTime::UNIX_EPOCH,
        };
        let shown = serde_json::to_value(hers.for_others().unwrap()).unwrap();
        assert_eq!(shown["price"], 1300);
        for hidden in ["price_range", "market_range", "confidence_score", "floor"] {
            assert!(shown[hidden].is_null(), "{hidden}");
        }
        assert_eq!(SuggestedPrice { price: None, ..hers }.for_others(), None);
    }

    #[test]
    fn a_floor_of_tomorrow_is_unknown() {
        assert_eq!(
            serde_json::from_str::<WageFloor>("\"living_wage\"").unwrap(),
            WageFloor::Unknown
        );
        for floor in [WageFloor::Official, WageFloor::OwnWage, WageFloor::Unknown] {
            assert_eq!(WageFloor::from_name(floor.as_str()), floor);
            assert_eq!(serde_json::to_value(floor).unwrap(), floor.as_str());
        }
    }
}
