//! Wire types of the ml service.

mod analysis;
mod describe;
mod image;
mod language;
mod marketing;
mod recommendations;

pub use analysis::{AiAnalysis, DominantColor, ImprovementDetail, ListingAnalysis, ProductAnalysis};
pub use describe::{Care, Description, DescriptionRequest, Readability, ReadabilityMethod, Translations};
pub use image::{ImageAnalysis, PhotoRef};
pub use language::{
    EmbeddingsAnswer, EmbeddingsRequest, Fact, TextAnswer, TextRequest, TranslateRequest, Translated,
};
pub use marketing::{
    CampaignStep, CampaignStrategy, MarketAlignment, MarketingContent, MarketingRequest, Moodboard,
    PosterDesign, SimilarProduct,
};
pub use recommendations::{Recommendation, RecommendationReason};
