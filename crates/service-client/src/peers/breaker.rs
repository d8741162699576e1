use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use crate::Policy;

/// Leaves a peer alone that fails, and tries it again with one call at a time.
#[derive(Debug)]
pub(super) struct Breaker {
    policy: Policy,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, trials: u32 },
    Trying { trials: u32 },
}

/// Leave to ask the peer once; its holder says how that went.
///
/// Dropped without a verdict, it means that the call was given up: a failure if the peer had a fair trial.
#[derive(Debug)]
pub(super) struct Leave {
    breaker: Arc<Breaker>,
    trial: bool,
    since: Instant,
    settled: bool,
}

impl Breaker {
    pub(super) fn new(policy: Policy) -> Arc<Self> {
        Arc::new(Self {
            policy,
            state: Mutex::new(State::Closed { failures: 0 }),
        })
    }

    /// Leave to ask, or how long to wait before trying again.
    pub(super) fn admit(self: &Arc<Self>) -> Result<Leave, Duration> {
        let now = Instant::now();
        let mut state = self.state();
        let trial = match *state {
            State::Closed { .. } => false,
            State::Open { until, .. } if now < until => return Err(until - now),
            State::Open { trials, .. } => {
                *state = State::Trying { trials };
                true
            }
            State::Trying { .. } => return Err(self.policy.open_for),
        };
        Ok(Leave {
            breaker: self.clone(),
            trial,
            since: now,
            settled: false,
        })
    }

    fn succeeded(&self, trial: bool) {
        let mut state = self.state();
        // What was asked before the breaker opened says nothing about the peer of now.
        if trial || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
        }
    }

    fn failed(&self, trial: bool) {
        let mut state = self.state();
        *state = match *state {
            State::Closed { failures } if failures + 1 < self.policy.failures_to_open => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } => self.open(0),
            State::Trying { trials } if trial => self.open(trials + 1),
            unchanged => unchanged,
        };
    }

    /// The trial came to nothing; the next call may try.
    fn trial_given_up(&self) {
        let mut state = self.state();
        if let State::Trying { trials } = *state {
            let until = Instant::now();
            *state = State::Open { until, trials };
        }
    }

    /// Half as long again at most, so that the instances of a service do not all try at once.
    fn open(&self, trials: u32) -> State {
        let Policy {
            open_for,
            open_at_most,
            ..
        } = self.policy;
        let wait = open_for.saturating_mul(1 << trials.min(16)).min(open_at_most);
        State::Open {
            until: Instant::now() + wait + self.policy.jitter.up_to(wait / 2),
            trials,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave {
    /// The peer answered.
    pub(super) fn succeeded(mut self) {
        self.settled = true;
        self.breaker.succeeded(self.trial);
    }

    /// The peer failed.
    pub(super) fn failed(mut self) {
        self.settled = true;
        self.breaker.failed(self.trial);
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        if self.since.elapsed() >= self.breaker.policy.fair_trial {
            self.breaker.failed(self.trial);
        } else if self.trial {
            self.breaker.trial_given_up();
        }
    }
}
