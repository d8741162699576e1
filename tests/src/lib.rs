#![doc = include_str!("../README.md")]
#![expect(clippy::expect_used, reason = "what fails here fails a test")]

pub mod crash;
pub mod faults;
pub mod ledger;
pub mod readme;
pub mod repository;
