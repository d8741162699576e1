use std::{
    fmt::Display,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long Redis is left alone after it did not answer.
const PAUSE: Duration = Duration::from_secs(1);

/// Whether Redis is down, so that not every request waits for it.
#[derive(Default)]
pub(super) struct Outage(Mutex<Option<Instant>>);

impl Outage {
    /// Whether it is no use to ask now. When the pause is over one caller finds it is not, and tries.
    pub(super) fn lasts(&self) -> bool {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        match *until {
            Some(pause) if pause > now => true,
            Some(_) => {
                *until = Some(now + PAUSE);
                false
            }
            None => false,
        }
    }

    /// Redis did not answer.
    pub(super) fn begins(&self, why: &impl Display) {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if until.replace(Instant::now() + PAUSE).is_none() {
            tracing::warn!(%why, "Redis does not answer; this process limits and caches by itself");
        }
    }

    /// Redis answered.
    pub(super) fn ends(&self) {
        let mut until = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if until.take().is_some() {
            tracing::info!("Redis answers again");
        }
    }
}
