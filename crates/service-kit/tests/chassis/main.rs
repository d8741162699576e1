//! The chassis over real HTTP, on embedded backends in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod bowls;
mod http;
mod reply;
