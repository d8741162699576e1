use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::text::Localized;

/// What is made where: slugs with labels in the six languages.
///
/// Listings may use other slugs; they only have no label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Catalogue {
    /// Raised with every change of the data.
    pub version: u32,
    pub categories: Vec<Category>,
    pub crafts: Vec<Craft>,
    pub regions: Vec<Region>,
}

/// A kind of pieces.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Category {
    pub slug: String,
    pub labels: Localized,
}

/// A craft, which also is a subcategory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Craft {
    pub slug: String,
    pub labels: Localized,
    /// The slug of its category.
    pub category: String,
    /// The slugs of the regions where it is at home.
    pub regions: Vec<String>,
}

/// A state or union territory of India.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Region {
    pub slug: String,
    pub labels: Localized,
    /// ISO 3166-2.
    pub code: String,
}
