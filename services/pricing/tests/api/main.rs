//! The API over HTTP, with the embedded backends.

#![cfg(test)]

mod town;

mod calculate;
mod competitors;
mod flow;
mod market;
mod optimize;
mod wages;
