use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use fastrand::Rng;

/// How patient calls between services are.
#[derive(Debug, Clone)]
pub struct Policy {
    /// Consecutive failures after which a peer is left alone.
    pub failures_to_open: u32,
    /// How long it is left alone before one call may try again; doubled by each failed trial.
    pub open_for: Duration,
    /// The longest that a peer is left alone between trials.
    pub open_at_most: Duration,
    /// A call that is given up counts against the peer only when it had at least this much time,
    /// so that callers in a hurry cannot close the way for all others.
    pub fair_trial: Duration,
    /// Attempts of one call, the first included.
    pub attempts: u32,
    /// The longest pause before the first retry; doubled for each further one. The pause is drawn evenly from
    /// zero to that ("full jitter", AWS Architecture Blog, "Exponential Backoff And Jitter", 2015).
    pub backoff: Duration,
    /// The longest pause before any retry.
    pub backoff_at_most: Duration,
    /// Retries in hundredths of the requests to a peer.
    pub retry_percent: u32,
    /// Retries that a peer with hardly any traffic may get; they come back at one a second.
    pub retries_at_least: u32,
    /// Calls to one peer at the same time; further ones wait.
    pub in_flight: usize,
    /// How long making a connection may take.
    pub connect: Duration,
    /// The largest body of an answer, in bytes.
    pub largest_answer: usize,
    /// Where randomness comes from.
    pub jitter: Jitter,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            failures_to_open: 5,
            open_for: Duration::from_millis(500),
            open_at_most: Duration::from_secs(15),
            fair_trial: Duration::from_secs(2),
            attempts: 3,
            backoff: Duration::from_millis(50),
            backoff_at_most: Duration::from_secs(1),
            retry_percent: 10,
            retries_at_least: 3,
            in_flight: 256,
            connect: Duration::from_secs(1),
            largest_answer: 8 << 20,
            jitter: Jitter::random(),
        }
    }
}

/// Spreads in time what would otherwise happen at once. Nothing secret depends on it.
#[derive(Debug, Clone)]
pub struct Jitter(Arc<Mutex<Rng>>);

impl Jitter {
    /// Different in each process.
    pub fn random() -> Self {
        Self::from(Rng::new())
    }

    /// The same for the same seed, for tests.
    pub fn seeded(seed: u64) -> Self {
        Self::from(Rng::with_seed(seed))
    }

    /// A time from nothing to `longest`, all equally likely.
    pub(crate) fn up_to(&self, longest: Duration) -> Duration {
        let mut rng = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        longest.mul_f64(rng.f64())
    }
}

impl From<Rng> for Jitter {
    fn from(rng: Rng) -> Self {
        Self(Arc::new(Mutex::new(rng)))
    }
}

impl Policy {
    /// The pause before the `retry`-th retry, counted from zero.
    pub(crate) fn pause(&self, retry: u32) -> Duration {
        let longest = self.backoff.saturating_mul(1 << retry.min(16));
        self.jitter.up_to(longest.min(self.backoff_at_most))
    }
}
