//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod shop;

mod catalogue;
mod create;
mod read;
