//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod bench;
mod model;
mod peers;

mod analyze;
mod demand;
mod descriptions;
mod foresight;
mod language;
mod listings;
mod price;
mod providers;
mod recommendations;
