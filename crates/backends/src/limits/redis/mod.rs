//! Limits and cache in Redis, shared by all instances; in this process's memory while Redis is down.
//!
//! Every command and the one script touch a single key, so a cluster serves them, too.

mod line;
mod outage;

use std::{io, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use line::Line;
use outage::Outage;
use redis::{Client, Cmd, FromRedisValue, RedisResult, Script, aio::MultiplexedConnection};
use tokio::time::timeout;

use super::{Decision, Limits, Quota, embedded::Memory};
use crate::{Clock, Error, Result};

/// How long Redis may take, to be connected to and to answer each: a limit that slows requests down is worse than one of this process alone.
const PATIENCE: Duration = Duration::from_millis(100);

/// Rate limits and a cache in Redis.
pub struct RedisLimits {
    redis: Line,
    take: Script,
    clock: Clock,
    /// What decides while Redis does not answer.
    memory: Memory,
    outage: Outage,
}

impl RedisLimits {
    /// Uses the Redis at a URL such as `redis://10.0.0.3:6379`; connects when it is first asked.
    ///
    /// `clock` tells the script what time it is.
    pub fn at(url: &str, clock: Clock) -> Result<Self> {
        // The URL may hold a password, so it is not repeated.
        let client = Client::open(url).map_err(|_| Error::Invalid("that is no URL of a Redis".to_owned()))?;
        Ok(Self {
            redis: Line::to(client),
            take: Script::new(include_str!("gcra.lua")),
            memory: Memory::new(),
            outage: Outage::default(),
            clock,
        })
    }

    /// What Redis answers; `None` while it does not.
    async fn asked<T, A>(&self, ask: impl FnOnce(MultiplexedConnection) -> A) -> Option<T>
    where
        A: Future<Output = RedisResult<T>>,
    {
        if self.outage.lasts() {
            return None;
        }
        let answer = async {
            let connection = in_time(self.redis.connection()).await?;
            in_time(ask(connection)).await
        };
        match answer.await {
            Ok(answer) => {
                self.outage.ends();
                Some(answer)
            }
            Err(why) => {
                self.outage.begins(&why);
                self.redis.leave();
                None
            }
        }
    }

    async fn command<T: FromRedisValue>(&self, command: Cmd) -> Option<T> {
        self.asked(|mut redis| async move { command.query_async(&mut redis).await })
            .await
    }

    fn now(&self) -> i64 {
        self.clock.now().timestamp_micros()
    }
}

#[async_trait]
impl Limits for RedisLimits {
    async fn take(&self, key: &str, quota: Quota) -> Result<Decision> {
        let mut take = self.take.key(limit_key(key));
        take.arg(self.now())
            .arg(micros(quota.every).max(1))
            .arg(quota.burst.max(1));
        let answer: Option<(bool, u32, u64, u64)> = self
            .asked(|mut redis| async move { take.invoke_async(&mut redis).await })
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

async fn in_time<T>(asked: impl Future<Output = RedisResult<T>>) -> RedisResult<T> {
    let late = |_| Err(io::Error::from(io::ErrorKind::TimedOut).into());
    timeout(PATIENCE, asked).await.unwrap_or_else(late)
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
