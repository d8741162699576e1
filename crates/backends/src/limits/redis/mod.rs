//! Limits and cache in Redis, shared by all instances; in this process's memory while Redis is down.
//!
//! Every command and the one script touch a single key, so a cluster serves them, too.

mod outage;

use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use outage::Outage;
use redis::{
    Client, Cmd, FromRedisValue, RedisResult, Script,
    aio::{ConnectionManager, ConnectionManagerConfig},
};

use super::{Decision, Limits, Quota, embedded::Memory};
use crate::{Clock, Error, Result};

/// How long Redis may take: a limit that slows requests down is worse than one of this process alone.
const PATIENCE: Duration = Duration::from_millis(100);

/// Rate limits and a cache in Redis.
pub struct RedisLimits {
    redis: ConnectionManager,
    take: Script,
    clock: Clock,
    /// What decides while Redis does not answer.
    memory: Memory,
    outage: Outage,
}

impl RedisLimits {
    /// Uses the Redis at a URL such as `redis://10.0.0.3:6379`; connects when it is first asked.
    ///
    /// Must be called within a Tokio runtime. `clock` tells the script what time it is.
    pub fn at(url: &str, clock: Clock) -> Result<Self> {
        // The URL may hold a password, so it is not repeated.
        let client = Client::open(url).map_err(|_| Error::Invalid("that is no URL of a Redis".to_owned()))?;
        let config = ConnectionManagerConfig::new()
            .set_number_of_retries(0)
            .set_connection_timeout(Some(PATIENCE))
            .set_response_timeout(Some(PATIENCE));
        let redis = ConnectionManager::new_lazy_with_config(client, config)
            .map_err(|error| Error::Unavailable(format!("Redis: {error}")))?;
        Ok(Self {
            redis,
            take: Script::new(include_str!("gcra.lua")),
            memory: Memory::new(),
            outage: Outage::default(),
            clock,
        })
    }

    /// What Redis answers; `None` while it does not.
    async fn asked<T>(&self, ask: impl Future<Output = RedisResult<T>>) -> Option<T> {
        if self.outage.lasts() {
            return None;
        }
        let answer = tokio::time::timeout(PATIENCE * 2, ask).await;
        match answer {
            Ok(Ok(answer)) => {
                self.outage.ends();
                Some(answer)
            }
            Ok(Err(error)) => {
                self.outage.begins(&error);
                None
            }
            Err(late) => {
                self.outage.begins(&late);
                None
            }
        }
    }

    async fn command<T: FromRedisValue>(&self, command: Cmd) -> Option<T> {
        let mut redis = self.redis.clone();
        self.asked(async move { command.query_async(&mut redis).await })
            .await
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }
}

#[async_trait]
impl Limits for RedisLimits {
    async fn take(&self, key: &str, quota: Quota) -> Result<Decision> {
        let mut redis = self.redis.clone();
        let mut take = self.take.key(limit_key(key));
        take.arg(self.now())
            .arg(micros(quota.every).max(1))
            .arg(quota.burst.max(1));
        let answer: Option<(bool, u32, u64, u64)> = self
            .asked(async move { take.invoke_async(&mut redis).await })
            .await;
        let Some((allowed, remaining, retry_after, reset_after)) = answer else {
            return self.memory.take(key, quota).await;
        };
        Ok(Decision {
            allowed,
            remaining,
            retry_after: Duration::from_micros(retry_after),
            reset_after: Duration::from_micros(reset_after),
        })
    }

    async fn cached(&self, key: &str) -> Result<Option<Bytes>> {
        let get = Cmd::get(cache_key(key));
        match self.command::<Option<Vec<u8>>>(get).await {
            Some(kept) => Ok(kept.and_then(|kept| fresh(kept, self.now()))),
            None => self.memory.cached(key).await,
        }
    }

    async fn cache(&self, key: &str, value: Bytes, keep: Duration) -> Result<()> {
        let until = self.now().saturating_add_unsigned(micros(keep));
        let kept = [&until.to_le_bytes(), value.as_ref()].concat();
        let set = Cmd::pset_ex(cache_key(key), kept, millis(keep));
        if self.command::<()>(set).await.is_none() {
            self.memory.cache(key, value, keep).await?;
        }
        Ok(())
    }

    /// Always well: without Redis this process limits by itself.
    async fn ping(&self) -> Result<()> {
        self.command::<()>(redis::cmd("PING")).await;
        Ok(())
    }
}

fn limit_key(key: &str) -> String {
    format!("craftchain:limit:{key}")
}

fn cache_key(key: &str) -> String {
    format!("craftchain:cache:{key}")
}

/// A cached value begins with the time until which it is fresh, by the clock of who cached it.
fn fresh(mut kept: Vec<u8>, now: i64) -> Option<Bytes> {
    let until = kept.first_chunk().map(|until| i64::from_le_bytes(*until))?;
    (until > now).then(|| Bytes::from(kept.split_off(8)))
}

fn micros(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// At least one, and no more than Redis takes.
fn millis(time: Duration) -> u64 {
    u64::try_from(time.as_micros().div_ceil(1000))
        .unwrap_or(u64::MAX)
        .clamp(1, 1 << 50)
}
