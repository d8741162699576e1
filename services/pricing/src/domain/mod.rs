//! The rules of pricing: pure, without HTTP, storage or time of their own. Money is whole minor units.

mod costs;
mod demand;
mod floors;
mod market;
mod names;
mod optimum;
mod piece;
mod portion;
mod price;
mod season;
mod sheet;
mod trend;

pub(crate) use costs::{Costs, TooDear};
pub(crate) use demand::{Demand, Sales};
pub(crate) use floors::{Floor, Wage, applying};
use market::Narrowed;
pub(crate) use market::{Comparable, Market, Position, Wanted};
pub(crate) use names::fold;
pub(crate) use optimum::Learned;
use optimum::Period;
pub(crate) use piece::{Piece, is_gone};
pub(crate) use price::{Circumstances, Factor, Quote};
pub(crate) use season::{Months, seasonality};
pub(crate) use sheet::{CompetitorPrice, competitor_prices, floors};
pub(crate) use trend::{Trend, trend};
