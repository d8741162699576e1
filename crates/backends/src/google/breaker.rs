use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::{Instant, timeout};

use crate::{Error, Result};

/// Failures in a row after which a service is left alone.
const FAILURES: u32 = 5;
/// How long it is; then one caller tries.
const PAUSE: Duration = Duration::from_secs(2);

/// Leaves a service alone that does not answer, so that nobody waits for it in vain.
pub(crate) struct Breaker {
    what: &'static str,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    failures: u32,
    until: Option<Instant>,
}

impl Breaker {
    /// Before the service of this name.
    pub(crate) fn before(what: &'static str) -> Self {
        Self {
            what,
            state: Mutex::default(),
        }
    }

    /// What the service answers within `deadline`, if it is asked at all; `late` says what it means when it does not.
    pub(crate) async fn within<T>(
        &self,
        deadline: Duration,
        late: fn(String) -> Error,
        work: impl Future<Output = Result<T>>,
    ) -> Result<T> {
        self.admit()?;
        let answer = match timeout(deadline, work).await {
            Ok(answer) => answer,
            Err(_) => Err(late(format!("{}: no answer within {deadline:?}", self.what))),
        };
        self.note(&answer);
        answer
    }

    /// Refuses while the service is left alone.
    fn admit(&self) -> Result<()> {
        if self.state().admits(Instant::now()) {
            return Ok(());
        }
        Err(Error::Unavailable(format!(
            "{} does not answer, and is left alone for a moment",
            self.what
        )))
    }

    /// Counts an answer, or the lack of one.
    pub(crate) fn note<T>(&self, answer: &Result<T>) {
        let failed = match answer {
            // What breaks a rule of the port was not asked for.
            Err(Error::Invalid(_)) => return,
            Err(why @ (Error::Unavailable(_) | Error::UnknownOutcome(_))) => Some(why),
            _ => None,
        };
        let turned = self.state().note(failed.is_some(), Instant::now());
        let service = self.what;
        match failed.filter(|_| turned) {
            Some(why) => tracing::warn!(service, %why, "no answers: it is left alone between tries"),
            None if turned => tracing::info!(service, "it answers again"),
            None => {}
        }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// When the pause is over one caller finds that it is, and tries.
    fn admits(&mut self, now: Instant) -> bool {
        match self.until {
            Some(until) if until > now => false,
            Some(_) => {
                self.until = Some(now + PAUSE);
                true
            }
            None => true,
        }
    }

    /// Says whether the service went away or came back with this.
    fn note(&mut self, failed: bool, now: Instant) -> bool {
        if !failed {
            return std::mem::take(self).until.is_some();
        }
        self.failures += 1;
        self.failures >= FAILURES && self.until.replace(now + PAUSE).is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_five_failures_nobody_asks_until_one_tries() {
        let (mut state, now) = (State::default(), Instant::now());
        for n in 1..=FAILURES {
            assert!(state.admits(now));
            assert_eq!(state.note(true, now), n == FAILURES);
        }
        assert!(!state.admits(now + PAUSE / 2));
        assert!(state.admits(now + PAUSE), "one tries");
        assert!(!state.admits(now + PAUSE), "and nobody else");
        assert!(!state.note(true, now + PAUSE), "it is still away");
        assert!(!state.admits(now + PAUSE));
        assert!(state.admits(now + PAUSE * 2));
        assert!(state.note(false, now + PAUSE * 2), "it is back");
        for _ in 1..FAILURES {
            assert!(!state.note(true, now) && state.admits(now), "it counts anew");
        }
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer() {
        let breaker = Breaker::before("Google");
        for _ in 0..20 {
            let refused = std::future::ready(Err::<(), _>(Error::NotFound));
            let answer = breaker.within(PAUSE, Error::Unavailable, refused).await;
            assert!(matches!(answer, Err(Error::NotFound)));
        }
    }

    #[tokio::test]
    async fn what_stalls_is_late() {
        let breaker = Breaker::before("Google");
        let stalls = std::future::pending::<Result<()>>();
        let late = breaker
            .within(Duration::from_millis(1), Error::UnknownOutcome, stalls)
            .await;
        assert!(matches!(late, Err(Error::UnknownOutcome(_))));
    }
}
