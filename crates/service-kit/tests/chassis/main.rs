//! The chassis over real HTTP, on embedded backends in a folder of its own.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

mod access_tokens;
mod audit;
mod bowls;
mod events;
mod http;
mod idempotency;
mod jobs;
mod keys;
mod limits;
mod pushes;
mod reply;
mod service_tokens;
mod shutdown;
