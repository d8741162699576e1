//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod bench;

mod analyze;
