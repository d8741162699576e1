//! What a user says of herself.

pub(crate) mod payout;
pub(crate) mod show;
pub(crate) mod update;
