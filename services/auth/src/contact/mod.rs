//! Addresses and numbers: verified, added, replaced; and codes at one's own.

pub(crate) mod codes;
pub(crate) mod verify;
