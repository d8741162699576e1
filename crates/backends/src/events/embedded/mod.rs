//! Events in an SQLite file that the whole fleet shares.

mod backoff;
mod deliver;
mod layout;
mod publish;
mod retention;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use tokio::time::Instant;

use super::{Delivery, Event, Events, Outcome, Subscription};
pub use crate::sqlite::Options;
use crate::{
    Clock, Error, Ids, Result,
    sqlite::{Database, Layout, last},
};

/// Due events are looked for so often while some are leased or backing off.
const LOOK: Duration = Duration::from_millis(100);

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

    /// Leases what is due, if anything is.
    async fn lease(&self, subscription: Subscription, max: usize) -> Result<Found> {
        let now = micros(self.clock.now());
        let found = self
            .database
            .read(move |db| {
                Ok(Found {
                    seen: last(db)?,
                    outlook: deliver::outlook(db, subscription, now)?,
                    deliveries: Vec::new(),
                })
            })
            .await?;
        if found.outlook != deliver::Outlook::Due {
            return Ok(found);
        }
        let deliveries = self
            .database
            .write(move |turn| deliver::lease(turn, subscription, max, now))
            .await?;
        Ok(Found { deliveries, ..found })
    }
}

struct Found {
    /// The newest commit that was looked at.
    seen: i64,
    outlook: deliver::Outlook,
    deliveries: Vec<Delivery>,
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
            let found = self.lease(*subscription, max).await?;
            let now = Instant::now();
            if !found.deliveries.is_empty() || max == 0 || now >= deadline {
                return Ok(found.deliveries);
            }
            let until = match found.outlook {
                deliver::Outlook::Nothing => deadline,
                _ => deadline.min(now + LOOK),
            };
            self.database.newer_than(found.seen, until).await;
        }
    }

    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> Result<()> {
        let receipt: deliver::Receipt = delivery.receipt.parse()?;
        let (now, luck) = (micros(self.clock.now()), self.ids.bytes());
        self.database
            .write(move |turn| deliver::settle(turn, receipt, outcome, now, luck))
            .await
    }

    async fn dead_letters(&self, subscription: &Subscription, max: usize) -> Result<Vec<Event>> {
        let subscription = *subscription;
        self.database
            .read(move |db| deliver::dead_letters(db, subscription, max))
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
