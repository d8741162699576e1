//! The end of an account, and taking one's data along.

pub(crate) mod close;
pub(crate) mod erase;
pub(crate) mod export;
