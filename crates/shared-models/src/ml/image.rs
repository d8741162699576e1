use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DominantColor, ImprovementDetail};
use crate::ids::FileId;

/// A photo that media keeps: the caller's own, or a public one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PhotoRef {
    #[garde(skip)]
    pub file_id: FileId,
}

/// What was seen on a photo.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ImageAnalysis {
    /// The dominant colours as `#rrggbb`, the largest share first.
    pub color_palette: Vec<String>,
    pub dominant_colors: Vec<DominantColor>,
    /// Words for what was measured: `warm`, `repeating-pattern`, `symmetric`.
    pub style_tags: Vec<String>,
    /// What artisans called the pieces on the photos that are most alike; empty when that is not sure.
    pub objects_detected: Vec<String>,
    /// From 0 to 1.
    pub quality_score: f64,
    /// What would make the photo better, the most important first.
    pub suggested_improvements: Vec<String>,
    /// The same, each with the measurement that it rests on.
    pub improvement_details: Vec<ImprovementDetail>,
    /// How it was found out, and why something was not.
    pub method: String,
    /// Who looked: `local`, or the name of a remote provider.
    pub provider: String,
}
