//! Pauses between attempts.

use std::time::Duration;

use tokio::time::sleep;

/// The longest pause.
const LONGEST: Duration = Duration::from_secs(1);

/// Waits before the next attempt after `failed` of them: at random up to a time that doubles, so that those who met
/// once do not meet again.
pub(crate) async fn pause(failed: u32) {
    let most = (Duration::from_millis(20) * 2_u32.saturating_pow(failed)).min(LONGEST);
    let mut random = [0; 4];
    // Without randomness everybody waits the whole time, which is no worse than a fixed pause.
    let share = getrandom::fill(&mut random).map_or(1.0, |()| {
        f64::from(u32::from_le_bytes(random)) / f64::from(u32::MAX)
    });
    sleep(most.mul_f64(share)).await;
}
