//! Full-text search over the active listings: an index in memory that follows the store's changes.

mod ask;
mod complete;
mod entries;
mod follow;
mod index;
mod shelf;

pub(crate) use ask::{__path_post, post};
pub(crate) use complete::{__path_get, get};
pub(crate) use follow::follow;
pub use index::{Bucket, Entry, Facets, Field, Filters, Found, Hit, Index, Order, Place, Question};
pub(crate) use shelf::Shelf;
