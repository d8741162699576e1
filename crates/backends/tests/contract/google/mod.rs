//! Google's implementations against the contracts, over the wire, on servers that others wrote.

mod documents;
mod events;
mod limits;
mod objects;
mod stand_in;
