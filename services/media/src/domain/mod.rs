//! Pure rules.

pub(crate) mod file;
pub(crate) mod likeness;
pub(crate) mod listing;
pub(crate) mod range;
pub(crate) mod upload;
