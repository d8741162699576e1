//! What all calls to Google have in common: who calls, how long it may take, and when to leave it.

pub(crate) mod breaker;
pub(crate) mod credentials;
mod guard;
pub(crate) mod rest;

pub use credentials::Identity;
pub use guard::Guarded;
