use std::{
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};

use tokio::time::Instant;

use super::{attempt::Outcome, pieces::UnderWay};
use crate::{Policy, Service};

/// Leaves a peer alone that fails, and tries it again with one call at a time.
#[derive(Debug)]
pub struct Breaker {
    /// No failure since the last success: the usual, for which no lock is taken.
    calm: AtomicBool,
    service: Service,
    policy: Policy,
    state: Mutex<State>,
}

#[derive(Debug, Clone, Copy)]
enum State {
    Closed { failures: u32 },
    Open { until: Instant, trials: u32 },
    Trying { since: Instant, trials: u32 },
}

/// Leave to ask the peer once; its holder says how that went.
///
/// Dropped without a verdict, it means that the call was given up: a failure if the peer had a fair trial.
#[derive(Debug)]
pub struct Leave {
    breaker: Arc<Breaker>,
    trial: bool,
    since: Instant,
    settled: bool,
    /// While it is, the peer waits for this side.
    excuse: Option<UnderWay>,
}

impl Breaker {
    /// A closed breaker.
    pub fn new(service: Service, policy: Policy) -> Arc<Self> {
        Arc::new(Self {
            calm: AtomicBool::new(true),
            service,
            policy,
            state: Mutex::new(State::Closed { failures: 0 }),
        })
    }

    /// Leave to ask, or how long to wait before trying again.
    ///
    /// While one call tries, others wait; but no longer than a fair trial takes, since that call may be one that
    /// takes its time from a peer that is well.
    pub fn admit(self: &Arc<Self>) -> Result<Leave, Duration> {
        let since = Instant::now();
        let trial = !self.calm.load(Relaxed) && self.tries(since)?;
        Ok(Leave {
            breaker: self.clone(),
            trial,
            since,
            settled: false,
            excuse: None,
        })
    }

    /// Whether a call of now is a trial.
    fn tries(&self, now: Instant) -> Result<bool, Duration> {
        let mut state = self.state();
        let trials = match *state {
            State::Closed { .. } => return Ok(false),
            State::Open { until, .. } if now < until => return Err(until - now),
            State::Trying { since, .. } if now < since + self.policy.fair_trial => {
                return Err(self.policy.open_for);
            }
            State::Open { trials, .. } | State::Trying { trials, .. } => trials,
        };
        *state = State::Trying { since: now, trials };
        Ok(true)
    }

    fn succeeded(&self, trial: bool) {
        if self.calm.load(Relaxed) {
            return;
        }
        let mut state = self.state();
        // What was asked before the breaker opened says nothing about the peer of now.
        if trial || matches!(*state, State::Closed { .. }) {
            *state = State::Closed { failures: 0 };
            self.calm.store(true, Relaxed);
        }
    }

    fn failed(&self, trial: bool) {
        let mut state = self.state();
        self.calm.store(false, Relaxed);
        *state = match *state {
            State::Closed { failures } if failures + 1 < self.policy.failures_to_open => State::Closed {
                failures: failures + 1,
            },
            State::Closed { .. } => self.open(0),
            State::Trying { trials, .. } if trial => self.open(trials + 1),
            unchanged => unchanged,
        };
    }

    /// The trial came to nothing; the next call may try.
    fn trial_given_up(&self) {
        let mut state = self.state();
        if let State::Trying { trials, .. } = *state {
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
        let wait = wait + self.policy.jitter.up_to(wait / 2);
        tracing::warn!(service = %self.service, ?wait, trials, "a peer fails and is left alone");
        State::Open {
            until: Instant::now() + wait,
            trials,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Leave {
    /// Giving up does not count against the peer while a body is under way.
    pub(super) fn excused_while(mut self, under_way: UnderWay) -> Self {
        self.excuse = Some(under_way);
        self
    }

    /// The exchange came to an end.
    pub(super) fn settle(self, outcome: &Outcome) {
        if outcome.is_failure() {
            self.failed();
        } else {
            self.succeeded();
        }
    }

    /// The peer answered.
    pub fn succeeded(mut self) {
        self.settled = true;
        self.breaker.succeeded(self.trial);
    }

    /// The peer failed.
    pub fn failed(mut self) {
        self.settled = true;
        self.breaker.failed(self.trial);
    }
}

impl Leave {
    /// It says nothing about the peer, however long it took: its caller went away, say.
    pub fn given_up(mut self) {
        self.settled = true;
        if self.trial {
            self.breaker.trial_given_up();
        }
    }
}

impl Drop for Leave {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let excused = self.excuse.as_ref().is_some_and(UnderWay::is);
        if self.since.elapsed() >= self.breaker.policy.fair_trial && !excused {
            self.breaker.failed(self.trial);
        } else if self.trial {
            self.breaker.trial_given_up();
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;
    use crate::Jitter;

    fn breaker() -> Arc<Breaker> {
        let policy = Policy {
            jitter: Jitter::seeded(1),
            ..Policy::default()
        };
        Breaker::new(Service::Auth, policy)
    }

    fn opened() -> Arc<Breaker> {
        let breaker = breaker();
        for _ in 0..5 {
            breaker.admit().unwrap().failed();
        }
        breaker
    }

    #[tokio::test(start_paused = true)]
    async fn five_failures_in_a_row_open_it() {
        let breaker = breaker();
        for _ in 0..4 {
            breaker.admit().unwrap().failed();
        }
        breaker.admit().unwrap().succeeded();
        for _ in 0..5 {
            breaker.admit().unwrap().failed();
        }
        let wait = breaker.admit().unwrap_err();
        assert!((500..=750).contains(&wait.as_millis()), "{wait:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn after_a_while_one_call_tries_and_its_success_closes_it() {
        let breaker = opened();
        advance(Duration::from_millis(499)).await;
        assert!(breaker.admit().is_err());
        advance(Duration::from_millis(252)).await;
        let trial = breaker.admit().unwrap();
        assert!(breaker.admit().is_err(), "only one tries");
        trial.succeeded();
        let _together = [breaker.admit().unwrap(), breaker.admit().unwrap()];
    }

    #[tokio::test(start_paused = true)]
    async fn each_failed_trial_doubles_the_wait_up_to_a_cap() {
        let breaker = opened();
        for expected in [1_000, 2_000, 4_000, 8_000, 15_000, 15_000] {
            advance(breaker.admit().unwrap_err()).await;
            breaker.admit().unwrap().failed();
            let wait = breaker.admit().unwrap_err().as_millis();
            assert!(
                (expected..=expected * 3 / 2).contains(&wait),
                "{wait} for {expected}"
            );
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_given_up_early_leaves_the_next_call_to_try() {
        let breaker = opened();
        advance(breaker.admit().unwrap_err()).await;
        drop(breaker.admit().unwrap());
        assert!(breaker.admit().unwrap().trial);
    }

    #[tokio::test(start_paused = true)]
    async fn a_trial_that_takes_its_time_does_not_keep_all_others_out() {
        let breaker = opened();
        advance(breaker.admit().unwrap_err()).await;
        let slow = breaker.admit().unwrap();
        assert!(breaker.admit().is_err());
        advance(Duration::from_secs(2)).await;
        breaker.admit().unwrap().succeeded();
        slow.given_up();
        assert!(!breaker.admit().unwrap().trial);
    }

    #[tokio::test(start_paused = true)]
    async fn callers_in_a_hurry_do_not_open_it_but_patient_ones_do() {
        let breaker = breaker();
        for _ in 0..20 {
            drop(breaker.admit().unwrap());
        }
        let patient: Vec<Leave> = (0..5).map(|_| breaker.admit().unwrap()).collect();
        advance(Duration::from_secs(2)).await;
        drop(patient);
        assert!(breaker.admit().is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_asked_before_it_opened_neither_closes_nor_prolongs_it() {
        let breaker = breaker();
        let [early, late] = [breaker.admit().unwrap(), breaker.admit().unwrap()];
        for _ in 0..5 {
            breaker.admit().unwrap().failed();
        }
        let wait = breaker.admit().unwrap_err();
        early.succeeded();
        late.failed();
        assert_eq!(breaker.admit().unwrap_err(), wait);
        advance(wait).await;
        assert!(breaker.admit().unwrap().trial);
    }
}
