//! What machines add to a listing: a document beside it, so that no edit is ever spoiled by it.

mod arrivals;
mod consume;
mod parts;
mod show;
mod store;
mod wait;

pub(crate) use arrivals::Arrivals;
pub(crate) use consume::background;
pub(crate) use parts::Enrichment;
pub(crate) use store::{ENRICHMENTS, Enrichments};
