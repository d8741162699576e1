//! An inverted index over listings, in memory.
//!
//! `Index` is pure: it knows texts, facets and ranking, and nothing of stores or HTTP. Words meet in
//! tiers, best first: the same stem, the same sound (`madhubani`, `मधुबनी`), a beginning, the same
//! consonants, one or two typing errors. Ranking is BM25 (Robertson and Zaragoza 2009, "The
//! Probabilistic Relevance Framework") over fields with weights.

mod analyse;
mod entry;
mod facets;
mod filter;
mod highlight;
mod inverted;
mod lexicon;
mod rank;
mod stopwords;
mod suggest;
#[cfg(test)]
mod tests;

pub use entry::{Entry, Field};
pub(crate) use facets::PRICE_BOUNDS;
pub use facets::{Bucket, Facets};
pub use filter::{Filters, Order, Place};
pub(crate) use highlight::highlight;
pub use inverted::{Found, Hit, Index, Question};
