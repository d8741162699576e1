//! What became of each delivery, in the consumer's own store: Pub/Sub forgets how often it delivered, may deliver what
//! is done, and cannot show what is dead.
//!
//! It is where the consumer's effects are, so that it is never away when they are not.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{
    Error, Result, backoff,
    documents::{Batch, Collection, Direction, Document, Filter, Index, Precondition, Query, Store, time},
    events::{Event, Subscription},
};

const DELIVERIES: &str = "deliveries";

/// What the store of a consumer must hold.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: DELIVERIES,
    indexes: &[
        Index::on(&["subscription", "state"])
            .by("at", Direction::Ascending)
            .sharded(),
        Index::on(&[]).by("expires_at", Direction::Ascending).sharded(),
    ],
    followed: false,
}];

/// Longer than Pub/Sub keeps a message that nobody acknowledges.
const KEPT: Duration = Duration::days(8);
/// How often a change is tried when another process was quicker.
const TRIES: u32 = 4;
/// How many are forgotten at once.
const SWEEP: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// Somebody has it, or it waits until it is due.
    Open,
    Done,
    Dead,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry {
    subscription: String,
    state: State,
    /// From 1.
    attempt: u32,
    /// The end of the lease or of the backoff.
    #[serde(with = "time")]
    due_at: DateTime<Utc>,
    /// When the event happened.
    #[serde(with = "time")]
    at: DateTime<Utc>,
    /// Dead letters stay.
    #[serde(default, with = "time::option", skip_serializing_if = "Option::is_none")]
    expires_at: Option<DateTime<Utc>>,
    /// Of a dead letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    event: Option<Event>,
}

/// What may be done with an event that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Claim {
    /// It is ours until the lease ends; this is the attempt.
    Ours(u32),
    /// Somebody has it, or it waits, until then.
    Later(DateTime<Utc>),
    /// All attempts were made.
    Spent(u32),
    /// It was done or is dead.
    Settled,
}

/// The deliveries of a service's subscriptions.
#[derive(Clone)]
pub(super) struct Ledger(pub(super) Store);

fn id(subscription: &str, event: &str) -> String {
    format!("{subscription}:{event}")
}

impl Ledger {
    /// Takes an event for the length of a lease, if nobody has it.
    pub(super) async fn claim(
        &self,
        subscription: Subscription,
        event: &Event,
        now: DateTime<Utc>,
    ) -> Result<Claim> {
        let id = id(subscription.name, &event.id.to_string());
        let mut tried = 0;
        loop {
            let found = self.0.get(DELIVERIES, &id).await?;
            let before = found.as_ref().map(entry).transpose()?;
            let attempt = match &before {
                None => 1,
                Some(before) if before.state != State::Open => return Ok(Claim::Settled),
                Some(before) if before.due_at > now => return Ok(Claim::Later(before.due_at)),
                Some(before) if before.attempt >= subscription.max_attempts => {
                    return Ok(Claim::Spent(before.attempt));
                }
                Some(before) => before.attempt + 1,
            };
            let entry = Entry {
                subscription: subscription.name.to_owned(),
                state: State::Open,
                attempt,
                due_at: now + subscription.lease,
                at: event.time,
                expires_at: Some(now + KEPT),
                event: None,
            };
            match self.write(&id, found, &entry).await {
                Err(Error::Conflict(_) | Error::Contention) if tried < TRIES => {
                    tried += 1;
                    backoff::pause(tried).await;
                }
                written => return written.map(|()| Claim::Ours(attempt)),
            }
        }
    }

    /// The effect is durable. `false` when it is somebody else's meanwhile.
    pub(super) async fn done(&self, subscription: &str, event: &str, attempt: u32) -> Result<bool> {
        let done = |entry: &mut Entry| entry.state = State::Done;
        self.change(subscription, event, attempt, done).await
    }

    /// Not before `due_at`.
    pub(super) async fn due(
        &self,
        subscription: &str,
        event: &str,
        attempt: u32,
        due_at: DateTime<Utc>,
    ) -> Result<bool> {
        let due = |entry: &mut Entry| entry.due_at = due_at;
        self.change(subscription, event, attempt, due).await
    }

    /// Never again; the event is kept for those who look.
    pub(super) async fn dead(&self, subscription: &str, event: &Event, attempt: u32) -> Result<bool> {
        let dead = |entry: &mut Entry| {
            entry.state = State::Dead;
            entry.expires_at = None;
            entry.event = Some(event.clone());
        };
        self.change(subscription, &event.id.to_string(), attempt, dead)
            .await
    }

    /// What is dead, oldest first.
    pub(super) async fn dead_letters(&self, subscription: &str, max: usize) -> Result<Vec<Event>> {
        let dead = Query::all(DELIVERIES)
            .equals("subscription", subscription)
            .equals("state", "dead")
            .ordered("at", Direction::Ascending)
            .limit(max);
        let found = self.0.query(&dead).await?;
        let letters = found.iter().map(|document| Ok(entry(document)?.event));
        letters.filter_map(Result::transpose).collect()
    }

    /// Forgets what cannot come again.
    pub(super) async fn sweep(&self, now: DateTime<Utc>) -> Result<()> {
        loop {
            let expired = Query::all(DELIVERIES)
                .filter(Filter::AtMost("expires_at".to_owned(), time::value(now)))
                .ordered("expires_at", Direction::Ascending)
                .limit(SWEEP);
            let found = self.0.query(&expired).await?;
            let count = found.len();
            let mut batch = Batch::new();
            for document in found {
                batch.delete(DELIVERIES, document.id, Precondition::None);
            }
            self.0.commit(batch).await?;
            if count < SWEEP {
                return Ok(());
            }
        }
    }

    /// Changes an entry while it is open and at this attempt.
    async fn change(
        &self,
        subscription: &str,
        event: &str,
        attempt: u32,
        change: impl Fn(&mut Entry),
    ) -> Result<bool> {
        let id = id(subscription, event);
        let mut tried = 0;
        loop {
            let Some(found) = self.0.get(DELIVERIES, &id).await? else {
                return Ok(false);
            };
            let mut entry = entry(&found)?;
            if entry.state != State::Open || entry.attempt != attempt {
                return Ok(false);
            }
            change(&mut entry);
            match self.write(&id, Some(found), &entry).await {
                Err(Error::Conflict(_) | Error::Contention) if tried < TRIES => {
                    tried += 1;
                    backoff::pause(tried).await;
                }
                written => return written.map(|()| true),
            }
        }
    }

    async fn write(&self, id: &str, before: Option<Document>, entry: &Entry) -> Result<()> {
        let mut batch = Batch::new();
        match before {
            Some(before) => batch.replace(DELIVERIES, id, &before.version, entry)?,
            None => batch.create(DELIVERIES, id, entry)?,
        };
        self.0.commit(batch).await
    }
}

fn entry(document: &Document) -> Result<Entry> {
    Entry::deserialize(&document.body)
        .map_err(|error| Error::Other(format!("the delivery {} cannot be read: {error}", document.id)))
}
