use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Product, rules};
use crate::{
    ids::UserId,
    money::{Amount, Currency},
};

/// What is searched for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// Words in any of the languages; empty for everything that passes the filters.
    #[serde(default)]
    #[garde(length(chars, max = 200))]
    #[schema(max_length = 200)]
    pub query: String,
    #[serde(default)]
    #[garde(dive)]
    pub filters: SearchFilters,
    #[serde(default)]
    #[garde(skip)]
    pub sort: SearchSort,
    /// 1 to 100.
    #[serde(default = "twenty")]
    #[garde(range(min = 1, max = 100))]
    #[schema(minimum = 1, maximum = 100)]
    pub limit: usize,
    /// The `next_cursor` of the page before.
    #[serde(default)]
    #[garde(inner(length(max = 2048)))]
    #[schema(max_length = 2048)]
    pub cursor: Option<String>,
}

fn twenty() -> usize {
    20
}

/// What a listing must be.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct SearchFilters {
    /// A slug.
    #[garde(inner(custom(rules::slug)))]
    #[schema(min_length = 1, max_length = 64)]
    pub category: Option<String>,
    /// A slug.
    #[garde(inner(custom(rules::slug)))]
    #[schema(min_length = 1, max_length = 64)]
    pub subcategory: Option<String>,
    /// A slug or a name of `/products/categories`, or what artisans wrote.
    #[garde(length(chars, max = 100))]
    #[schema(max_length = 100)]
    pub region: Option<String>,
    /// One of the materials.
    #[garde(length(chars, max = 100))]
    #[schema(max_length = 100)]
    pub material: Option<String>,
    #[garde(skip)]
    pub artisan_id: Option<UserId>,
    /// The least price, included.
    #[garde(skip)]
    pub price_min: Option<Amount>,
    /// The greatest price, included.
    #[garde(skip)]
    pub price_max: Option<Amount>,
    /// The currency of the price filters; INR unless said.
    #[garde(skip)]
    pub currency: Currency,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SearchSort {
    /// Best first; newest first without words.
    #[default]
    Relevance,
    Newest,
    PriceAsc,
    PriceDesc,
}

/// What was found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchAnswer {
    pub results: Vec<SearchResult>,
    /// How many there are on all pages.
    pub total: usize,
    pub facets: SearchFacets,
    /// For the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// A listing that answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchResult {
    pub product: Product,
    /// Higher is better; 0 when no words were asked for.
    pub score: f32,
    pub highlights: Highlights,
}

/// Where the words stand: HTML in which only `<em>` is markup; null where none does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Highlights {
    pub title: Option<String>,
    pub description: Option<String>,
}

/// Counts over everything found, most first.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SearchFacets {
    pub category: Vec<FacetCount>,
    pub region: Vec<FacetCount>,
    pub material: Vec<FacetCount>,
    pub price: Vec<PriceFacet>,
}

/// How many have a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FacetCount {
    pub value: String,
    pub count: usize,
}

/// How many cost at least `from` and less than `to`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PriceFacet {
    pub from: Amount,
    /// Null for the last range.
    pub to: Option<Amount>,
    pub count: usize,
}

/// Completions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SuggestAnswer {
    /// Most listings first.
    pub suggestions: Vec<String>,
}
