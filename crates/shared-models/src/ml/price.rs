use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::ProductId,
    money::{Amount, Currency},
    product::{DimensionsInput, rules},
};

/// A piece whose price is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PriceRequest {
    /// The piece's listing, if there is one: its own price is left out of what is learned from.
    #[serde(default)]
    #[garde(skip)]
    pub product_id: Option<ProductId>,
    /// A slug of 1 to 64.
    #[garde(custom(rules::slug))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
    pub category: String,
    /// The craft, a slug of 1 to 64.
    #[serde(default)]
    #[garde(inner(custom(rules::slug)))]
    #[schema(min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$")]
    pub subcategory: Option<String>,
    /// At most 50, of 1 to 100 characters each.
    #[serde(default)]
    #[garde(length(max = 50), inner(custom(rules::line(100))))]
    #[schema(schema_with = materials)]
    pub materials: Vec<String>,
    #[serde(default)]
    #[garde(dive)]
    pub dimensions: DimensionsInput,
    /// 1 to 10.
    #[serde(default)]
    #[garde(range(min = 1, max = 10))]
    #[schema(minimum = 1, maximum = 10)]
    pub artisan_skill_level: Option<u8>,
    /// At most 64 characters.
    #[serde(default)]
    #[garde(inner(custom(rules::line(64))))]
    #[schema(min_length = 1, max_length = 64)]
    pub region: Option<String>,
    /// Only listings in this currency are looked at; INR by default.
    #[serde(default)]
    #[garde(skip)]
    pub currency: Currency,
}

fn materials() -> utoipa::openapi::Schema {
    use utoipa::openapi::{ArrayBuilder, ObjectBuilder, schema::Type};
    let material = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(100));
    ArrayBuilder::new().items(material).max_items(Some(50)).into()
}

/// What the piece would cost, as far as listings tell.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceEstimate {
    /// In major units; null when no listing is known.
    pub price: Option<Amount>,
    pub currency: Currency,
    /// Null when no listing is known.
    pub interval: Option<PriceInterval>,
    /// 0 to 1: n / (n + 20), n being the listings of the category.
    pub confidence: f64,
    /// The listings that were learned from.
    pub sample_size: u32,
    pub explanation: PriceExplanation,
    /// How it was found out.
    pub method: String,
}

/// Where such a piece's price lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceInterval {
    pub low: Amount,
    pub high: Amount,
    /// In how many of a hundred cases.
    pub coverage: u8,
}

/// Where a price comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceExplanation {
    /// In a sentence; says so when there is little to learn from.
    pub summary: String,
    /// Of a piece of which nothing is known; each term multiplies it. Null when no listing is known.
    pub base: Option<Amount>,
    /// The strongest first.
    pub terms: Vec<PriceTerm>,
    /// The listings of the category that are most alike, nearest first.
    pub comparables: Vec<Comparable>,
    /// The listings of the category.
    pub category_sample_size: u32,
}

/// What one trait of the piece does to its price.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PriceTerm {
    /// `category`, `craft`, `region`, `material`, `size` or `skill`.
    pub name: String,
    /// Which category, craft, region or material; null for size and skill.
    pub value: Option<String>,
    /// By how many percent it raises the price, or lowers it.
    pub effect_percent: f64,
    pub explanation: String,
}

/// A listing like the piece.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparable {
    pub product_id: ProductId,
    pub price: Amount,
    /// 0 is alike in everything known; another craft is 2, another region 1.
    pub distance: f64,
}
