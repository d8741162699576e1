use std::time::Duration;

/// After the first failure, on average.
const FIRST: Duration = Duration::from_secs(1);
/// At most, as long as Pub/Sub's longest.
const LONGEST: Duration = Duration::from_mins(10);

/// How long to wait after the failure of an attempt, in microseconds: doubling, and spread by `luck`
/// over the upper half, so that what failed together does not return together.
pub(super) fn after(attempt: u32, luck: [u8; 2]) -> i64 {
    let doubled = FIRST
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
        .min(LONGEST);
    let spread = f64::from(u16::from_le_bytes(luck)) / f64::from(u16::MAX);
    i64::try_from(doubled.mul_f64(0.5 + spread / 2.0).as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_longest_and_is_spread_over_the_upper_half() {
        assert_eq!(after(1, [0, 0]), 500_000);
        assert_eq!(after(1, [255, 255]), 1_000_000);
        assert_eq!(after(4, [255, 255]), 8_000_000);
        assert_eq!(after(40, [255, 255]), 600_000_000);
    }
}
