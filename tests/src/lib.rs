#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, reason = "what fails here fails a test")]

pub mod alone;
mod answer;
mod apart;
mod artisan;
pub mod canary;
#[cfg(feature = "external")]
pub mod cloud;
pub mod contract;
pub mod crash;
pub mod faults;
mod fleet;
pub mod indexes;
pub mod ledger;
mod listing;
pub mod messages;
pub mod photos;
pub mod readme;
pub mod refusals;
pub mod relevance;
pub mod repository;
mod soon;
mod visitor;
pub mod written;

pub use alone::Alone;
pub use answer::Answer;
pub use apart::Apart;
pub use artisan::{Artisan, PASSWORD};
pub use fleet::Fleet;
pub use listing::{Listed, Piece, a_bowl, rupees};
pub use soon::{STANDSTILL, reaches, soon};
pub use visitor::{Ask, Visitor};
