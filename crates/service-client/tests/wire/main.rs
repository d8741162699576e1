//! Calls over real sockets.

#![cfg(test)]

mod answers;
mod breaker;
mod context;
mod outbound;
mod peer;
mod retries;
mod ssrf;
mod streaming;
mod typed;
