//! Wire types of the pricing service.

mod amounts;
mod market;
mod optimize;
mod quote;
mod request;
mod suggested;

pub use market::{MarketAnalysis, MarketSource, MonthOfYear, PriceTrend};
pub use optimize::{Optimization, OptimizationBasis, OptimizationFault, OptimizeAnswer, OptimizeRequest};
pub use quote::{AppliedWage, Component, DemandLevel, MarketFactor, PriceQuote, PricingStrategy};
pub use request::{CalculateRequest, MaterialCostRequest, Urgency};
pub use suggested::{MarketRange, PriceRange, SuggestedPrice, WageFloor};
