#![doc = include_str!("../README.md")]

pub mod clock;
pub mod documents;
mod error;
pub mod events;
pub mod keys;
pub mod limits;
pub mod objects;

pub use clock::{Clock, Ids};
pub use error::{Conflict, Error, Result};
mod stub;
pub use stub::{Backends, Provider};
