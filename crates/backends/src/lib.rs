#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod backoff;
pub mod clock;
pub mod documents;
mod error;
pub mod events;
mod files;
pub mod google;
pub mod keys;
pub mod limits;
pub mod objects;
mod provider;
mod sqlite;

pub use clock::{Clock, Ids};
pub use error::{Conflict, Error, Result};
pub use provider::{Backends, Provider};
pub use sqlite::Options;
