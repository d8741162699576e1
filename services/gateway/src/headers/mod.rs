//! What crosses from one side to the other, and what does not.

mod dropped;
mod links;
mod request;
mod response;

pub(crate) use request::{Asked, Origin, check_framing, check_host, clean, upgraded};
pub(crate) use response::hand_back;
