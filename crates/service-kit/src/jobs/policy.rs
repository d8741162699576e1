use std::time::Duration;

/// How patiently the jobs of a kind are carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    /// How long a claim lasts without a renewal: when an instance dies, another takes over after this.
    pub lease: Duration,
    /// How long one attempt may take; its claim is renewed meanwhile.
    pub patience: Duration,
    /// Attempts before a job is dead.
    pub attempts: u32,
    /// Jobs that one instance works on at once.
    pub at_once: usize,
    /// The longest wait after the first failure; doubled for each further one. The wait is drawn between half
    /// of that and all of it.
    pub backoff: Duration,
    /// The longest wait after any failure.
    pub backoff_at_most: Duration,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(30),
            patience: Duration::from_mins(15),
            attempts: 12,
            at_once: 8,
            backoff: Duration::from_secs(2),
            backoff_at_most: Duration::from_hours(1),
        }
    }
}

impl Policy {
    /// For work that needs another service: it may be away for days, and when it returns, the work is at most 15
    /// seconds late.
    pub const UNTIL_PEERS_RETURN: Self = Self {
        lease: Duration::from_secs(30),
        patience: Duration::from_mins(2),
        attempts: 100_000,
        at_once: 8,
        backoff: Duration::from_millis(500),
        backoff_at_most: Duration::from_secs(15),
    };

    /// The wait after so many failed attempts (from 1); `luck` is from 0 to 1.
    pub(super) fn wait(&self, failures: u32, luck: f64) -> Duration {
        let doubled = self
            .backoff
            .saturating_mul(1 << failures.saturating_sub(1).min(20));
        doubled.min(self.backoff_at_most).mul_f64(0.5 + luck / 2.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_the_longest() {
        let policy = Policy::default();
        assert_eq!(policy.wait(1, 1.0), Duration::from_secs(2));
        assert_eq!(policy.wait(3, 1.0), Duration::from_secs(8));
        assert_eq!(policy.wait(3, 0.0), Duration::from_secs(4));
        assert_eq!(policy.wait(u32::MAX, 1.0), Duration::from_hours(1));
    }
}
