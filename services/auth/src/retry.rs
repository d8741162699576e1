use std::time::Duration;

use crate::error::AuthError;

/// With pauses that double to 128 ms, this is more than a second of patience.
const ATTEMPTS: u32 = 14;

/// Does it again from the start while others write the same documents: each attempt reads anew.
pub(crate) async fn retrying<T, F>(mut attempt: impl FnMut() -> F) -> Result<T, AuthError>
where
    F: Future<Output = Result<T, AuthError>>,
{
    for round in 0..ATTEMPTS {
        match attempt().await {
            Err(error) if error.is_contended() => pause(round).await,
            done => return done,
        }
    }
    Err(AuthError::Store(backends::Error::Contention))
}

/// Full jitter, so that those who met do not meet again.
async fn pause(round: u32) {
    let most = 1_u64 << round.min(7);
    tokio::time::sleep(Duration::from_micros(fastrand::u64(0..=most * 1_000))).await;
}
