//! Waiting for what happens by itself.

use std::time::Duration;

use tokio::time::Instant;

/// On a busy machine everything takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(20);

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
