//! What a piece should cost.

pub(crate) mod calculate;
mod estimate;

pub(crate) use estimate::{Estimate, Terms};
