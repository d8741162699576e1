use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ids::ProductId, text::Localized};

/// What the photos of a piece show.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct AiAnalysis {
    /// `#1f3a93`, the largest share first; empty without photos.
    #[schema(required)]
    pub color_palette: Vec<String>,
    /// The same with names and shares.
    #[schema(required)]
    pub dominant_colors: Vec<DominantColor>,
    #[schema(required)]
    pub style_tags: Vec<String>,
    /// Empty when nothing was recognised with enough certainty.
    #[schema(required)]
    pub objects_detected: Vec<String>,
    /// 0 to 1; null without photos.
    #[schema(required)]
    pub quality_score: Option<f64>,
    /// How the photos would show the piece better.
    #[schema(required)]
    pub suggested_improvements: Vec<String>,
    /// The measurement behind each of them.
    #[schema(required)]
    pub improvement_details: Vec<ImprovementDetail>,
    /// How it was found out.
    #[schema(required)]
    pub method: String,
}

/// One colour of a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DominantColor {
    /// `#1f3a93`.
    pub hex: String,
    /// `indigo`.
    pub name: String,
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// Of the picture, 0 to 1.
    pub share: f64,
}

/// What would make a photo better, and why.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImprovementDetail {
    pub tip: String,
    /// What was measured.
    pub measurement: String,
    pub value: f64,
}

/// Everything that ml made of one version of a listing, as product asks for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ListingAnalysis {
    pub product_id: ProductId,
    /// The listing's version that it was made of: an older one never overwrites a newer.
    pub listing_version: u64,
    pub ai_analysis: AiAnalysis,
    /// Machine-written, in each of the six languages.
    #[serde(default)]
    pub descriptions: Localized,
    #[serde(default)]
    pub seo_keywords: Vec<String>,
    /// Who spoke: `local`, `google`.
    pub provider: String,
    pub analyzed_at: DateTime<Utc>,
}

/// What the photos of a listing show, as the listing shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProductAnalysis {
    #[serde(flatten)]
    pub photos: AiAnalysis,
    #[serde(default)]
    #[schema(required)]
    pub seo_keywords: Vec<String>,
    /// Who spoke: `local`, `google`.
    pub provider: String,
    /// The listing's version that it was made of.
    pub listing_version: u64,
    pub analyzed_at: DateTime<Utc>,
}

impl From<&ListingAnalysis> for ProductAnalysis {
    fn from(analysis: &ListingAnalysis) -> Self {
        Self {
            photos: analysis.ai_analysis.clone(),
            seo_keywords: analysis.seo_keywords.clone(),
            provider: analysis.provider.clone(),
            listing_version: analysis.listing_version,
            analyzed_at: analysis.analyzed_at,
        }
    }
}
