//! The limits port: rate limits and a short-lived cache. Losing it loses nothing that matters.

pub mod embedded;
pub mod redis;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

use crate::Result;

/// Limits and cache, as services hold them.
pub type Limiter = Arc<dyn Limits>;

/// Rate limits (GCRA) and a cache.
#[async_trait]
pub trait Limits: Send + Sync + 'static {
    /// Takes one request from the quota of `key`.
    async fn take(&self, key: &str, quota: Quota) -> Result<Decision>;

    /// A cached value.
    async fn cached(&self, key: &str) -> Result<Option<Bytes>>;

    /// Caches a value for a while.
    async fn cache(&self, key: &str, value: Bytes, keep: Duration) -> Result<()>;

    /// Whether it answers: for readiness.
    async fn ping(&self) -> Result<()>;
}

/// How many requests, in the long run and at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Quota {
    /// In the long run, one request each `every`.
    pub every: Duration,
    /// At once, after a pause; at least 1.
    pub burst: u32,
}

impl Quota {
    /// `rate` a second, `burst` at once; `None` when `rate` is 0: no limit.
    pub fn a_second(rate: u32, burst: u32) -> Option<Self> {
        let every = Duration::from_secs(1).checked_div(rate)?;
        Some(Self {
            every,
            burst: burst.max(1),
        })
    }
}

/// Whether a request may pass, and what the caller should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether it may pass.
    pub allowed: bool,
    /// Requests that may follow at once.
    pub remaining: u32,
    /// Until the next request may pass; zero when one may.
    pub retry_after: Duration,
    /// Until the quota is whole again.
    pub reset_after: Duration,
}
