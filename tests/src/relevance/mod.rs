//! Questions to the search, what answers them, and how well a ranking does.

mod collection;
mod contest;
mod measures;
mod rankings;

pub use collection::{Collection, Document, Question, crafts, folder};
pub use contest::Contest;
pub use measures::{AT, by_chance, ndcg, precision, recall};
pub use rankings::{Vectors, filled, fused, kept, summed, top};
