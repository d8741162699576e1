//! The gateway under stress: its own program as a child, before services that are too slow, too large, or killed.
//!
//! What is asserted has a wide margin, since the machine may be busy; `examples/overload.rs` prints the figures.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and shows what it measured"
)]

mod bounded;
mod child;
mod https;
mod killed;
mod load;
mod overload;
mod slow;
mod streams;
mod wire;

use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};

/// One at a time: each loads the machine.
async fn turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::const_new(());
    TURN.lock().await
}

/// Waits for `wanted`, but not forever.
async fn soon<T>(wanted: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_mins(2), wanted)
        .await
        .expect("it happens within two minutes")
}
