use std::time::Duration;

use crate::error::ProductError;

/// More rounds than writers of one listing can be expected at once.
const ROUNDS: u32 = 16;
/// The wait after the first round; it grows with each.
const PAUSE: Duration = Duration::from_millis(2);

/// Decides anew while others write the same documents at the same time.
pub(crate) async fn settled<T, F>(attempt: impl Fn() -> F) -> Result<T, ProductError>
where
    F: Future<Output = Result<T, ProductError>>,
{
    let mut round = 1;
    loop {
        match attempt().await {
            Err(error) if error.is_contention() && round < ROUNDS => {
                tokio::time::sleep(PAUSE.mul_f64(jitter() * f64::from(round))).await;
                round += 1;
            }
            outcome => return outcome,
        }
    }
}

/// From 0.5 to 1.5, so that those who met do not meet again.
fn jitter() -> f64 {
    use std::hash::{BuildHasher, RandomState};
    let [byte, ..] = RandomState::new().hash_one(0_u8).to_le_bytes();
    0.5 + f64::from(byte) / 255.0
}
