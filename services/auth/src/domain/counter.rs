//! Counting within a window of time.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

/// How many within which time; 0 is no limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Limit {
    pub(crate) most: u32,
    pub(crate) within: Duration,
}

/// What was counted since the window began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counter {
    pub(crate) count: u32,
    #[serde(with = "backends::documents::time")]
    since: DateTime<Utc>,
    /// When the window ends and the counter may be forgotten.
    #[serde(with = "backends::documents::time")]
    expires_at: DateTime<Utc>,
}

impl Counter {
    /// Nothing yet.
    pub(crate) fn begin(limit: Limit, now: DateTime<Utc>) -> Self {
        Self {
            count: 0,
            since: now,
            expires_at: now + limit.within,
        }
    }

    /// The stored counter while its window lasts, else a fresh one.
    pub(crate) fn current(stored: Option<Self>, limit: Limit, now: DateTime<Utc>) -> Self {
        stored
            .filter(|counter| counter.expires_at > now)
            .unwrap_or_else(|| Self::begin(limit, now))
    }

    /// Until the window ends.
    pub(crate) fn remaining(&self, now: DateTime<Utc>) -> Duration {
        self.expires_at - now
    }

    /// How long to wait, when the limit is reached.
    pub(crate) fn wait(&self, limit: Limit, now: DateTime<Utc>) -> Option<Duration> {
        (limit.most > 0 && self.count >= limit.most).then(|| self.remaining(now))
    }

    /// One more.
    #[must_use]
    pub(crate) fn plus_one(self) -> Self {
        Self {
            count: self.count.saturating_add(1),
            ..self
        }
    }

    /// So many fewer.
    #[must_use]
    pub(crate) fn minus(self, forgiven: u32) -> Self {
        Self {
            count: self.count.saturating_sub(forgiven),
            ..self
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit {
        most: 2,
        within: Duration::minutes(15),
    };

    #[test]
    fn the_limit_holds_until_the_window_ends() {
        let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        let full = Counter::begin(LIMIT, noon).plus_one().plus_one();
        let later = noon + Duration::minutes(5);
        assert_eq!(full.wait(LIMIT, later), Some(Duration::minutes(10)));
        let fresh = Counter::current(Some(full), LIMIT, noon + LIMIT.within);
        assert_eq!((fresh.count, fresh.wait(LIMIT, noon)), (0, None));
    }

    #[test]
    fn zero_is_no_limit() {
        let noon: DateTime<Utc> = "2026-11-20T12:00:00Z".parse().unwrap();
        let off = Limit { most: 0, ..LIMIT };
        assert_eq!(Counter::begin(off, noon).plus_one().wait(off, noon), None);
    }
}
