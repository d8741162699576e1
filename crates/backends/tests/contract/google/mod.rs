//! Google's implementations against the contracts, over the wire, on servers that others wrote.

mod documents;
mod emulator;
mod events;
mod limits;
mod stand_in;
