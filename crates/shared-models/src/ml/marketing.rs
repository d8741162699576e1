use std::collections::BTreeMap;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    ids::{FileId, ProductId},
    product::Product,
    text::Localized,
};

/// A moodboard of one photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Moodboard {
    /// The rendered PNG, for its owner. The link ends after an hour or two; media gives another for the file.
    pub moodboard_url: String,
    pub moodboard_file_id: FileId,
    /// The dominant colours as `#rrggbb`, the largest share first.
    pub color_palette: Vec<String>,
    /// Sentences.
    pub style_inspiration: Vec<String>,
    pub market_alignment: MarketAlignment,
    /// Up to 10 pieces on offer that look most like the photo.
    pub similar_products: Vec<SimilarProduct>,
}

/// How a photo stands among those of public listings.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MarketAlignment {
    /// From 0, unlike all, to 1, like many; null while too few listings are known.
    #[schema(required)]
    pub score: Option<f64>,
    /// Which listings it is compared with; null for all.
    #[schema(required)]
    pub category: Option<String>,
    pub sample_size: u32,
    pub explanation: String,
}

/// A piece that looks like a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SimilarProduct {
    pub product: Product,
    /// By colour, texture and hash, from 0 to 1.
    pub likeness: f64,
    /// Whether it shows the same photo.
    pub same_photo: bool,
}

/// For which listing; it may stand in the query instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarketingRequest {
    #[garde(skip)]
    #[serde(default)]
    pub product_id: Option<ProductId>,
}

/// What a listing can be made known with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MarketingContent {
    pub product_id: ProductId,
    /// By network, in English and the artisan's language; each within the network's length.
    pub social_media_posts: BTreeMap<String, Localized>,
    pub hashtags: Vec<String>,
    pub poster_designs: Vec<PosterDesign>,
    pub campaign_strategy: CampaignStrategy,
    /// Who wrote: `local`, or the name of a remote provider.
    pub provider: String,
    /// How.
    pub method: String,
}

/// A rendered poster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PosterDesign {
    /// `square`, `story` or `landscape`.
    pub name: String,
    /// In pixels.
    pub width: u32,
    /// In pixels.
    pub height: u32,
    /// The rendered PNG, for its owner. The link ends after an hour or two; media gives another for the file.
    pub url: String,
    pub file_id: FileId,
}

/// What to do when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CampaignStrategy {
    pub summary: String,
    pub steps: Vec<CampaignStep>,
    /// What it rests on.
    pub basis: String,
}

/// One step of a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CampaignStep {
    /// Days after the beginning.
    pub day: u32,
    pub action: String,
}
