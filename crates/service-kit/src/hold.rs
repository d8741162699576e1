//! Holding on to something while work goes on: a lease, a claimed job, a delivery.

use std::{pin::pin, time::Duration};

use backends::Clock;
use chrono::{DateTime, Utc};

/// Something held for a time, that can be held for longer.
pub(crate) trait Hold: Send {
    /// Waits until it should be renewed.
    fn due(&self) -> impl Future<Output = ()> + Send;

    /// Holds it for another while; false when it is lost.
    fn renew(&mut self) -> impl Future<Output = bool> + Send;
}

/// Does `work` while holding on; nothing when it was lost meanwhile, and the work was dropped with it.
///
/// A renewal that is under way when the work ends is waited for: what follows must know what is stored.
pub(crate) async fn hold_while<T>(held: &mut impl Hold, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    loop {
        tokio::select! {
            biased;
            done = &mut work => return Some(done),
            () = held.due() => {}
        }
        let mut renewal = pin!(held.renew());
        tokio::select! {
            biased;
            done = &mut work => return renewal.await.then_some(done),
            ours = &mut renewal => if !ours {
                return None;
            },
        }
    }
}

/// Until when something is held, and when to renew it: early enough for a second try.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    clock: Clock,
    time: Duration,
    until: DateTime<Utc>,
    renew_at: DateTime<Utc>,
}

impl Term {
    /// From now on.
    pub(crate) fn begin(clock: &Clock, time: Duration) -> Self {
        let now = clock.now();
        Self {
            clock: clock.clone(),
            time,
            until: now + time,
            renew_at: now + time / 3,
        }
    }

    /// When it ends.
    pub(crate) fn until(&self) -> DateTime<Utc> {
        self.until
    }

    /// Waits until it should be renewed.
    pub(crate) async fn due(&self) {
        self.clock.reached(self.renew_at).await;
    }

    /// The same again, from now on.
    pub(crate) fn again(&self) -> Self {
        Self::begin(&self.clock, self.time)
    }

    /// A renewal failed for a reason that may pass: another try soon. False when the time is over.
    pub(crate) fn failed(&mut self) -> bool {
        let now = self.clock.now();
        self.renew_at = now + self.time / 10;
        now < self.until
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counted {
        term: Term,
        renewals: usize,
        lost_after: usize,
    }

    impl Hold for Counted {
        fn due(&self) -> impl Future<Output = ()> + Send {
            self.term.due()
        }

        async fn renew(&mut self) -> bool {
            self.term = self.term.again();
            self.renewals += 1;
            self.renewals <= self.lost_after
        }
    }

    fn held(clock: &Clock, lost_after: usize) -> Counted {
        Counted {
            term: Term::begin(clock, Duration::from_secs(30)),
            renewals: 0,
            lost_after,
        }
    }

    #[tokio::test]
    async fn work_is_held_as_long_as_it_takes() {
        let clock = Clock::movable();
        let mut held = held(&clock, usize::MAX);
        let work = async {
            for _ in 0..5 {
                clock.advance(chrono::Duration::seconds(11));
                tokio::task::yield_now().await;
            }
            7
        };
        assert_eq!(hold_while(&mut held, work).await, Some(7));
        assert!(held.renewals >= 2, "{}", held.renewals);
        assert!(held.term.until() > clock.now());
    }

    #[tokio::test]
    async fn work_is_dropped_with_what_is_lost() {
        let clock = Clock::movable();
        let mut held = held(&clock, 0);
        clock.advance(chrono::Duration::seconds(11));
        let work = std::future::pending::<()>();
        assert_eq!(hold_while(&mut held, work).await, None);
    }
}
