//! The API over HTTP, with the embedded backends and a clock that can be moved.

#![cfg(test)]

mod account;
mod admin;
mod artisans;
mod canary;
mod commands;
mod contacts;
mod firebase;
mod instances;
mod keys;
mod otp;
mod passwords;
mod payout;
mod people;
mod profile;
mod sessions;
mod sign_in;
mod throttling;
