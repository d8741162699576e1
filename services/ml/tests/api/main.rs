//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod bench;
mod peers;

mod analyze;
mod descriptions;
mod language;
mod listings;
mod providers;
mod recommendations;
