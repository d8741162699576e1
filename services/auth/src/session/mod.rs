//! Sessions: exchanged, ended, listed.

pub(crate) mod list;
pub(crate) mod logout;
pub(crate) mod refresh;
pub(crate) mod verify;
