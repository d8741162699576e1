use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Costs, Dimensions, ProductStatus};
use crate::{
    ids::{FileId, ProductId, UserId},
    money::{Amount, Currency},
    text::{Language, Localized},
};

/// What services that work on a listing need to know of it; people never get it whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListingFacts {
    pub id: ProductId,
    pub artisan_id: UserId,
    /// Raised by the owner's edits alone: what is made of a listing is made of one version.
    pub version: u64,
    /// Raised by every change, as in the `revision` of events.
    pub sequence: u64,
    pub status: ProductStatus,
    /// The artisan's words only.
    pub title: Localized,
    /// The artisan's words only.
    pub description: Localized,
    /// The artisan's own language: her profile's, else, while that cannot be asked, one that she wrote in.
    pub language: Language,
    pub category: String,
    pub subcategory: String,
    pub price: Amount,
    pub currency: Currency,
    pub materials: Vec<String>,
    pub dimensions: Dimensions,
    #[schema(required)]
    pub weight_grams: Option<u32>,
    pub production_time: String,
    #[schema(required)]
    pub region: Option<String>,
    /// The slug of a known region, else the region's folded text: what regions compare by.
    #[schema(required)]
    pub region_key: Option<String>,
    #[schema(required)]
    pub cultural_origin: Option<String>,
    /// What the piece costs its artisan: never to be shown to anybody else.
    #[schema(required)]
    pub costs: Option<Costs>,
    /// The photos, the most important first.
    #[serde(default)]
    #[schema(required)]
    pub image_ids: Vec<FileId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}
