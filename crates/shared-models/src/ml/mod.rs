//! Wire types of the ml service.

mod analysis;
mod demand;
mod describe;
mod image;
mod language;
mod marketing;
mod price;
mod recommendations;

pub use analysis::{AiAnalysis, DominantColor, ImprovementDetail, ListingAnalysis, ProductAnalysis};
pub use demand::{DemandBasis, DemandDay, DemandForecast, DemandRequest, TrendDirection};
pub use describe::{Care, Description, DescriptionRequest, Readability, ReadabilityMethod, Translations};
pub use image::{ImageAnalysis, PhotoRef};
pub use language::{
    EmbeddingsAnswer, EmbeddingsRequest, Fact, TextAnswer, TextRequest, TranslateRequest, Translated,
};
pub use marketing::{
    CampaignStep, CampaignStrategy, MarketAlignment, MarketingContent, MarketingRequest, Moodboard,
    PosterDesign, SimilarProduct,
};
pub use price::{Comparable, PriceEstimate, PriceExplanation, PriceInterval, PriceRequest, PriceTerm};
pub use recommendations::{Recommendation, RecommendationReason};
