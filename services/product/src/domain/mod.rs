//! The rules of the catalogue: pure, without HTTP, storage or time of their own.

mod bands;
mod content;
mod fault;
mod keys;
mod listing;
mod merge;
mod photo;
mod speech;
mod stock;

pub(crate) use bands::{Bands, PriceRange};
pub(crate) use content::{Content, kept};
pub(crate) use fault::Fault;
pub(crate) use keys::{Keys, fold};
pub(crate) use listing::{Changed, Listing, Suspended};
pub(crate) use merge::patched;
pub(crate) use photo::{Link, Photo};
pub(crate) use speech::Speaker;
pub(crate) use stock::{Stock, TooFew};
