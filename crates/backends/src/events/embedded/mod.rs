//! Events in an SQLite file that the whole fleet shares.

mod layout;
mod lease;
mod publish;
mod receipt;
mod retention;
mod settle;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::{Delivery, Event, Events, Outcome, Subscription};
use crate::{
    Clock, Error, Ids, Options, Result,
    sqlite::{Database, Layout, last},
};

/// What becomes due is looked for at least so often: a clock that was set may be moved meanwhile.
const LONGEST_LOOK: Duration = Duration::from_millis(250);
/// And at most so often.
const SHORTEST_LOOK: Duration = Duration::from_millis(5);

/// A fleet's events in one file; several processes may open it.
pub struct SqliteEvents {
    database: Database,
    clock: Clock,
    ids: Ids,
    retention: Arc<retention::Sweeps>,
}

impl SqliteEvents {
    /// Opens or makes the file; `clock` decides what is due.
    pub fn open(path: &Path, clock: Clock) -> Result<Self> {
        Self::open_with(path, clock, Options::default())
    }

    /// The same with options.
    pub fn open_with(path: &Path, clock: Clock, options: Options) -> Result<Self> {
        let layout = Layout {
            migrations: layout::MIGRATIONS,
            declarations: &[],
        };
        Ok(Self {
            database: Database::open(path, &layout, options)?,
            ids: Ids::new(clock.clone()),
            clock,
            retention: Arc::default(),
        })
    }

    /// Leases what is due; writes only when something is.
    async fn lease(&self, subscription: Subscription, max: usize) -> Result<Vec<Delivery>> {
        let now = micros(self.clock.now());
        self.database
            .write(move |turn| lease::lease(turn, subscription, max, now))
            .await
    }

    /// Whether something is due, and the newest commit that this is known from.
    async fn outlook(&self, subscription: Subscription) -> Result<(lease::Outlook, i64)> {
        let now = micros(self.clock.now());
        self.database
            .read(move |db| Ok((lease::outlook(db, subscription, now)?, last(db)?)))
            .await
    }

    /// When to look again, if nothing is committed before.
    fn next_look(&self, outlook: lease::Outlook) -> Option<Instant> {
        let lease::Outlook::At(due_at) = outlook else {
            return None;
        };
        let left = due_at.saturating_sub(micros(self.clock.now()));
        let left = Duration::from_micros(u64::try_from(left).unwrap_or(0));
        Some(Instant::now() + left.clamp(SHORTEST_LOOK, LONGEST_LOOK))
    }
}

#[async_trait]
impl Events for SqliteEvents {
    async fn publish(&self, events: &[Event]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let events = publish::encoded(events)?;
        let now = micros(self.clock.now());
        let sweep = self.retention.due(now);
        self.database
            .write(move |turn| {
                publish::append(turn, &events)?;
                if sweep {
                    retention::sweep(turn, now)
                } else {
                    Ok(())
                }
            })
            .await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<()> {
        let (subscription, now) = (*subscription, micros(self.clock.now()));
        self.retention.note(now);
        self.database
            .write(move |turn| {
                publish::subscribe(turn, subscription)?;
                retention::sweep(turn, now)
            })
            .await
    }

    async fn pull(&self, subscription: &Subscription, max: usize, wait: Duration) -> Result<Vec<Delivery>> {
        let deadline = Instant::now() + wait;
        loop {
            let (outlook, seen) = self.outlook(*subscription).await?;
            if outlook == lease::Outlook::Now && max > 0 {
                let leased = self.lease(*subscription, max).await?;
                if !leased.is_empty() {
                    return Ok(leased);
                }
            }
            if Instant::now() >= deadline {
                return Ok(Vec::new());
            }
            let until = self
                .next_look(outlook)
                .map_or(deadline, |look| look.min(deadline));
            self.database.newer_than(seen, until).await;
        }
    }

    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> Result<()> {
        let receipt: receipt::Receipt = delivery.receipt.parse()?;
        let (now, luck) = (micros(self.clock.now()), self.ids.bytes());
        self.database
            .write(move |turn| settle::settle(turn, receipt, outcome, now, luck))
            .await
    }

    async fn dead_letters(&self, subscription: &Subscription, max: usize) -> Result<Vec<Event>> {
        let subscription = *subscription;
        self.database
            .read(move |db| settle::dead_letters(db, subscription, max))
            .await
    }

    async fn ping(&self) -> Result<()> {
        self.database.ping().await
    }
}

fn micros(time: DateTime<Utc>) -> i64 {
    time.timestamp_micros()
}

fn event(body: &str) -> Result<Event> {
    serde_json::from_str(body)
        .map_err(|error| Error::Other(format!("a stored event cannot be read: {error}")))
}
