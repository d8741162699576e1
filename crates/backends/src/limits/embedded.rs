//! Limits and cache in this process's memory.

mod gcra;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use async_trait::async_trait;
use bytes::Bytes;
use gcra::Buckets;
use moka::sync::Cache;

use super::{Decision, Limits, Quota};
use crate::Result;

/// The most bytes that the cache keeps.
const CACHE_BYTES: u64 = 64 << 20;

/// Time since some moment; never goes back.
type Elapsed = Arc<dyn Fn() -> Duration + Send + Sync>;

/// Rate limits and a cache in memory, both of bounded size.
pub struct Memory {
    elapsed: Elapsed,
    buckets: Buckets,
    cache: Cache<String, Kept>,
}

#[derive(Clone)]
struct Kept {
    value: Bytes,
    until: Duration,
}

impl Memory {
    /// Empty, by the machine's monotonic clock.
    pub fn new() -> Self {
        let start = Instant::now();
        Self::timed_by(move || start.elapsed())
    }

    /// Empty, by another clock: the time since any fixed moment.
    pub fn timed_by(elapsed: impl Fn() -> Duration + Send + Sync + 'static) -> Self {
        let weight =
            |key: &String, kept: &Kept| u32::try_from(key.len() + kept.value.len()).unwrap_or(u32::MAX);
        Self {
            elapsed: Arc::new(elapsed),
            buckets: Buckets::default(),
            cache: Cache::builder().weigher(weight).max_capacity(CACHE_BYTES).build(),
        }
    }
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Limits for Memory {
    async fn take(&self, key: &str, quota: Quota) -> Result<Decision> {
        Ok(self.buckets.take(key, quota, (self.elapsed)()))
    }

    async fn cached(&self, key: &str) -> Result<Option<Bytes>> {
        let kept = self.cache.get(key).filter(|kept| kept.until > (self.elapsed)());
        Ok(kept.map(|kept| kept.value))
    }

    async fn cache(&self, key: &str, value: Bytes, keep: Duration) -> Result<()> {
        let until = (self.elapsed)().saturating_add(keep);
        self.cache.insert(key.to_owned(), Kept { value, until });
        Ok(())
    }

    async fn ping(&self) -> Result<()> {
        Ok(())
    }
}
