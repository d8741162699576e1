//! Refusals, tried on every operation that the API documents name.
//!
//! A row says how an operation is called by somebody who may (`rows`); the attacks are made from the row and from
//! the operation's schemas (`attacks`); `Trial` sends them and looks at the answer, and at what was changed.

mod attacks;
mod books;
mod document;
mod request;
mod row;
pub mod rows;
mod schema;
mod trial;
mod world;

pub use document::Document;
pub use row::{Asked, Foreign, Row, Who};
pub use trial::Trial;
pub use world::World;
