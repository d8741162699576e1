//! Artisans, as others see and follow them.

pub(crate) mod follow;
pub(crate) mod show;
