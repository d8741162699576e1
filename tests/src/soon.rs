//! Waiting for what happens by itself.

use std::time::Duration;

use tokio::time::Instant;

/// On a busy machine everything takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(20);
/// Without any progress for so long there will be none. Pub/Sub's emulator goes on sending to streams that ended, and sends
/// to another, any of them, when nobody acknowledges that: a stream that lives has been seen to wait for 158 seconds.
pub const STANDSTILL: Duration = Duration::from_mins(10);

/// Looks again and again until it finds something, but not for ever.
pub async fn soon<T>(wanted: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "{wanted}: not within {PATIENCE:?}");
        tokio::time::sleep(LOOK).await;
    }
}

/// Counts again and again until there are so many; fails when the number stands still.
pub async fn reaches(counted: &str, expected: u64, mut count: impl AsyncFnMut() -> Option<u64>) {
    let mut seen = None;
    let mut deadline = Instant::now() + STANDSTILL;
    while seen != Some(expected) {
        assert!(Instant::now() < deadline, "{counted}: {seen:?}, not {expected}");
        tokio::time::sleep(LOOK).await;
        let now = count().await;
        if now.is_some() && now != seen {
            (seen, deadline) = (now, Instant::now() + STANDSTILL);
        }
    }
}
