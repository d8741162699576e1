//! What a photo shows.

pub(crate) mod analyze;
mod darkroom;
mod kept;
pub(crate) mod moodboard;
mod sent;
mod told;

pub(crate) use darkroom::{Darkroom, Print};

/// 30 MiB of a photo, and what surrounds it.
pub(crate) const REQUEST_BYTES: usize = (30 << 20) + (64 << 10);
