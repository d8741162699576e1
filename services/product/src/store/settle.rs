use std::time::Duration;

use crate::{error::ProductError, state::ProductState};

/// More rounds than writers of one listing can be expected at once.
const ROUNDS: u32 = 16;
/// The wait after the first round; it grows with each.
const PAUSE: Duration = Duration::from_millis(2);

impl ProductState {
    /// Decides anew while others write the same documents at the same time.
    pub(crate) async fn settled<T, F>(&self, attempt: impl Fn() -> F) -> Result<T, ProductError>
    where
        F: Future<Output = Result<T, ProductError>>,
    {
        let mut round = 1;
        loop {
            match attempt().await {
                Err(error) if error.is_contention() && round < ROUNDS => {
                    tokio::time::sleep(PAUSE.mul_f64(self.jitter() * f64::from(round))).await;
                    round += 1;
                }
                outcome => return outcome,
            }
        }
    }

    /// From 0.5 to 1.5, so that those who met do not meet again.
    fn jitter(&self) -> f64 {
        let [byte] = self.kit.ids.bytes::<1>();
        0.5 + f64::from(byte) / 255.0
    }
}
