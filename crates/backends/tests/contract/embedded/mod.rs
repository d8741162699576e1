//! The embedded implementations against the contracts, and what is true of them alone.

mod documents;
mod events;
mod keys;
mod limits;
mod objects;
