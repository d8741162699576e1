//! What was made of each listing: one document a listing, made by a job whenever an event says that it changed.

mod read;
mod store;
mod work;

pub(crate) use read::{__path_get, get};
pub(crate) use store::{ANALYSES, Analyses};
pub(crate) use work::{ANALYSE, FEW_UNTIL_PEERS_RETURN, Of};
