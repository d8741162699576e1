//! Time, ids and randomness, injected so that tests decide them.

use std::{sync::Arc, time};

use chrono::{DateTime, Duration, Utc};
use tokio::{sync::watch, time::sleep};
use uuid::{Builder, Uuid};

/// The machine's clock may be set anew: whoever waits for a time looks at it this often.
const LOOK: time::Duration = time::Duration::from_mins(1);

/// What time it is.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    System,
    /// Microseconds since 1970.
    Set(Arc<watch::Sender<i64>>),
    /// The machine's, ahead by so many microseconds.
    Ahead(Arc<watch::Sender<i64>>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Hands::System)
    }

    /// Stands still until it is moved; clones move together.
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self(Hands::Set(Arc::new(watch::Sender::new(time.timestamp_micros()))))
    }

    /// Runs with the machine's clock and can be moved ahead of it; clones move together.
    pub fn movable() -> Self {
        Self(Hands::Ahead(Arc::new(watch::Sender::new(0))))
    }

    /// Now, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Hands::System => machine_micros(),
            Hands::Set(micros) => *micros.borrow(),
            Hands::Ahead(by) => machine_micros() + *by.borrow(),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    /// Seconds since 1970, as tokens count them.
    pub fn unix(&self) -> u64 {
        u64::try_from(self.now().timestamp()).unwrap_or(0)
    }

    /// Moves a clock that was set or is movable; the machine's clock stays.
    pub fn advance(&self, by: Duration) {
        if let Hands::Set(micros) | Hands::Ahead(micros) = &self.0 {
            micros.send_modify(|micros| *micros += by.num_microseconds().unwrap_or(0));
        }
    }

    /// Waits until it is `time` by this clock.
    pub async fn reached(&self, time: DateTime<Utc>) {
        loop {
            let mut moved = self.watched();
            let Ok(left) = (time - self.now()).to_std() else {
                return; // it is later
            };
            if left.is_zero() {
                return;
            }
            let pause = sleep(left.min(LOOK));
            match (&self.0, &mut moved) {
                (Hands::Set(_), Some(moved)) => drop(moved.changed().await),
                (_, Some(moved)) => tokio::select! {
                    () = pause => {}
                    _ = moved.changed() => {}
                },
                (_, None) => pause.await,
            }
        }
    }

    /// Tells when this clock is moved.
    fn watched(&self) -> Option<watch::Receiver<i64>> {
        match &self.0 {
            Hands::System => None,
            Hands::Set(micros) | Hands::Ahead(micros) => Some(micros.subscribe()),
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
fn machine_micros() -> i64 {
    Utc::now().timestamp_micros()
}

/// Makes ids and other random bytes.
#[derive(Debug, Clone)]
pub struct Ids {
    clock: Clock,
}

impl Ids {
    /// Ids that carry the time of `clock`.
    pub fn new(clock: Clock) -> Self {
        Self { clock }
    }

    /// A fresh UUIDv7: sorts by time, to the millisecond.
    pub fn uuid(&self) -> Uuid {
        let millis = u64::try_from(self.clock.now().timestamp_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.bytes()).into_uuid()
    }

    /// A fresh id of any kind.
    pub fn fresh<T: From<Uuid>>(&self) -> T {
        self.uuid().into()
    }

    /// Random bytes, fit for secrets.
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        #[expect(
            clippy::expect_used,
            reason = "without the system's randomness no secret is safe"
        )]
        getrandom::fill(&mut bytes).expect("the system's random source");
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_for_a_time_is_woken_when_the_clock_is_moved_there() {
        for clock in [Clock::movable(), Clock::set_to(DateTime::UNIX_EPOCH)] {
            let hour = Duration::hours(1);
            let waiting = clock.reached(clock.now() + hour);
            let moving = async { clock.advance(hour) };
            let both = async { tokio::join!(waiting, moving) };
            tokio::time::timeout(time::Duration::from_secs(10), both)
                .await
                .unwrap();
        }
    }

    #[tokio::test]
    async fn nobody_waits_for_what_is_past() {
        let clock = Clock::set_to(DateTime::UNIX_EPOCH);
        clock.reached(clock.now()).await;
    }
}
