//! Secrets that are planted, and the places where none of them may turn up.

mod birds;
mod log;

pub use birds::{Birds, bytes_below};
pub use log::Log;
