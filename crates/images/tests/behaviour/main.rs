//! What happens to photos, by the bytes that come out.

#![cfg(test)]

mod avif;
mod files;

mod metadata;
mod refusals;
mod turning;
mod variants;
