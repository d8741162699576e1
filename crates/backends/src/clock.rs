//! Time, ids and randomness, injected so that tests decide them.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Duration, Utc};
use uuid::{Builder, Uuid};

/// What time it is.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    System,
    /// Microseconds since 1970.
    Set(Arc<AtomicI64>),
    /// The machine's, ahead by so many microseconds.
    Ahead(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(Hands::System)
    }

    /// Stands still until it is moved; clones move together.
    pub fn set_to(time: DateTime<Utc>) -> Self {
        Self(Hands::Set(Arc::new(AtomicI64::new(time.timestamp_micros()))))
    }

    /// Runs with the machine's clock and can be moved ahead of it; clones move together.
    pub fn movable() -> Self {
        Self(Hands::Ahead(Arc::default()))
    }

    /// Now, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = match &self.0 {
            Hands::System => machine_micros(),
            Hands::Set(micros) => micros.load(Ordering::SeqCst),
            Hands::Ahead(by) => machine_micros() + by.load(Ordering::SeqCst),
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
            micros.fetch_add(by.num_microseconds().unwrap_or(0), Ordering::SeqCst);
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
