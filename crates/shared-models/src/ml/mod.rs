//! Wire types of the ml service.

mod analysis;
mod describe;
mod image;

pub use analysis::{AiAnalysis, DominantColor, ImprovementDetail, ListingAnalysis, ProductAnalysis};
pub use describe::{Care, Description, DescriptionRequest, Readability, ReadabilityMethod, Translations};
pub use image::{ImageAnalysis, PhotoRef};
