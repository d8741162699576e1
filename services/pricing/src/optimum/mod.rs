//! Better prices for several listings at once.

pub(crate) mod optimize;
