//! Wire types of the ml service.

mod analysis;
mod image;

pub use analysis::{AiAnalysis, DominantColor, ImprovementDetail, ListingAnalysis, ProductAnalysis};
pub use image::{ImageAnalysis, PhotoRef};
