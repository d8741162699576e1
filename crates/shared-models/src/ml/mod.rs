//! Wire types of the ml service.

mod analysis;

pub use analysis::{AiAnalysis, DominantColor, ImprovementDetail, ListingAnalysis, ProductAnalysis};
