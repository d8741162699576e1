//! Wire types of the pricing service.

mod suggested;

pub use suggested::{MarketRange, PriceRange, SuggestedPrice, WageFloor};
