//! What a piece would cost, as far as listings tell.

pub(crate) mod predict;
mod words;
