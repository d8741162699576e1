//! What happens to photos, by the bytes that come out.

#![cfg(test)]

mod files;

mod metadata;
mod refusals;
mod turning;
mod variants;
