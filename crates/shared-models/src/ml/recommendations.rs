use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{ids::ProductId, product::Product};

/// A piece that is suggested.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    pub product: Product,
    pub reason: RecommendationReason,
    /// The piece that it is suggested because of; null when there is none.
    #[serde(default)]
    #[schema(required)]
    pub because_of: Option<ProductId>,
}

/// Why a piece is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RecommendationReason {
    /// People liked or bought both, more often than by chance.
    BoughtOrLikedTogether,
    /// Its photo is similar; too little is known of what people like.
    LooksSimilar,
    /// It is among the newest; nothing is known of what the caller likes.
    New,
}
