//! Google's implementations against the contracts, over the wire, on servers that others wrote.

mod corrections;
mod documents;
mod emulator;
mod events;
mod limits;
mod objects;
mod stand_in;
