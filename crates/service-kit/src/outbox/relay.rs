use std::time::Duration;

use backends::{
    documents::{Batch, Cursor, Direction, Document, Precondition, Query, time},
    events::Event,
};
use prometheus_client::metrics::counter::Counter;

use super::{DEAD, OUTBOX};
use crate::{Kit, leases::Lease};

/// Events moved at once.
const BATCH: usize = 200;
/// How long one instance relays before another may; a crash delays events by at most this.
const LEASE: Duration = Duration::from_secs(5);
/// Without news the outbox is looked at this often anyway.
const LOOK: Duration = Duration::from_secs(30);
/// While another instance relays; after a failure doubled each time, up to `LONGEST_PAUSE`.
const PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// Moves the outbox to the event log until the service has ended. Publishing an event twice is harmless, so
/// this may die anywhere.
pub(crate) async fn relay(kit: Kit) {
    let tasks = kit.tasks.clone();
    let mut relay = Relay::of(kit);
    loop {
        let next = relay.turn().await;
        tokio::select! {
            () = tasks.finishing() => break,
            () = relay.wait(next) => {}
        }
    }
    relay.finish().await;
}

struct Relay {
    kit: Kit,
    lease: Option<Lease>,
    seen: Option<Cursor>,
    pause: Duration,
    relayed: Counter,
    dead: Counter,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    /// There may be more.
    Now,
    /// Another instance relays, or something failed.
    Later,
    /// Nothing is there.
    OnNews,
}

impl Relay {
    fn of(kit: Kit) -> Self {
        let counter = |name, help| kit.metrics.register(name, help, Counter::default());
        Self {
            relayed: counter("outbox_relayed", "Events moved to the event log"),
            dead: counter(
                "outbox_dead",
                "Events set aside, since the event log will never take them",
            ),
            lease: None,
            seen: None,
            pause: PAUSE,
            kit,
        }
    }

    async fn turn(&mut self) -> Next {
        match self.step().await {
            Ok(next) => {
                self.pause = PAUSE;
                next
            }
            Err(error) => {
                tracing::warn!(service = self.kit.service.name, %error, "the outbox waits");
                self.pause = (self.pause * 2).min(LONGEST_PAUSE);
                Next::Later
            }
        }
    }

    async fn wait(&mut self, next: Next) {
        match next {
            Next::Now => {}
            Next::Later => tokio::time::sleep(self.pause).await,
            Next::OnNews => self.news().await,
        }
    }

    /// What was committed last is told before the process ends; what cannot be, by the next one.
    async fn finish(mut self) {
        while self.turn().await == Next::Now {}
        if let Some(lease) = &self.lease
            && let Err(error) = self.kit.leases.release(lease).await
        {
            tracing::debug!(service = self.kit.service.name, %error, "the outbox's lease ends by itself");
        }
    }

    /// Moves one batch.
    async fn step(&mut self) -> backends::Result<Next> {
        let waiting = self.waiting().await?;
        if waiting.is_empty() {
            return Ok(Next::OnNews);
        }
        if !self.hold().await? {
            return Ok(Next::Later);
        }
        let (mut moved, mut events) = (Vec::new(), Vec::new());
        for document in waiting {
            match event_of(&document) {
                Ok(event) => {
                    events.push(event);
                    moved.push(document);
                }
                Err(why) => self.set_aside(document, &why).await?,
            }
        }
        self.publish(&events, moved).await?;
        Ok(Next::Now)
    }

    async fn waiting(&self) -> backends::Result<Vec<Document>> {
        let oldest_first = Query::all(OUTBOX)
            .ordered("at", Direction::Ascending)
            .limit(BATCH);
        self.kit.backends.documents.query(&oldest_first).await
    }

    /// Publishes first and forgets then. What the log refuses for good must not hold up the rest.
    async fn publish(&mut self, events: &[Event], documents: Vec<Document>) -> backends::Result<()> {
        let log = self.kit.backends.events.clone();
        match log.publish(events).await {
            Ok(()) => return self.forget(documents).await,
            Err(backends::Error::Invalid(_)) => {}
            Err(error) => return Err(error),
        }
        for (event, document) in events.iter().zip(documents) {
            match log.publish(std::slice::from_ref(event)).await {
                Ok(()) => self.forget(vec![document]).await?,
                Err(backends::Error::Invalid(why)) => self.set_aside(document, &why).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    async fn forget(&self, documents: Vec<Document>) -> backends::Result<()> {
        let count = documents.len();
        let mut batch = Batch::new();
        for document in documents {
            batch.delete(OUTBOX, document.id, Precondition::None);
        }
        self.kit.backends.documents.commit(batch).await?;
        self.relayed.inc_by(count as u64);
        Ok(())
    }

    async fn set_aside(&self, document: Document, why: &str) -> backends::Result<()> {
        tracing::error!(
            service = self.kit.service.name,
            id = document.id,
            why,
            "an event was set aside"
        );
        let at = time::value(self.kit.clock.now());
        let body = serde_json::json!({ "at": at, "why": why, "waited": document.body });
        let mut batch = Batch::new();
        batch.put(DEAD, document.id.clone(), &body)?;
        batch.delete(OUTBOX, document.id, Precondition::None);
        self.kit.backends.documents.commit(batch).await?;
        self.dead.inc();
        Ok(())
    }

    /// Whether this instance may relay now.
    async fn hold(&mut self) -> backends::Result<bool> {
        let (leases, now) = (&self.kit.leases, self.kit.clock.now());
        let old = self.lease.take();
        self.lease = match old {
            Some(lease) if lease.until() > now + LEASE / 2 => Some(lease),
            Some(lease) if lease.until() > now => leases.renew(&lease, LEASE).await?,
            _ => leases.acquire("outbox", LEASE).await?,
        };
        Ok(self.lease.is_some())
    }

    /// Waits until something new is in the outbox; its own deletions are no news.
    async fn news(&mut self) {
        let store = self.kit.backends.documents.clone();
        loop {
            match store.changes(OUTBOX, self.seen.as_ref(), LOOK).await {
                Ok(changes) => {
                    self.seen = Some(changes.cursor);
                    let nothing = changes.changes.is_empty();
                    if nothing || changes.changes.iter().any(|change| change.document.is_some()) {
                        return;
                    }
                }
                // Away for too long: from the beginning again.
                Err(backends::Error::NotFound) => self.seen = None,
                Err(error) => {
                    tracing::warn!(service = self.kit.service.name, %error, "the outbox cannot be followed");
                    return tokio::time::sleep(LONGEST_PAUSE).await;
                }
            }
        }
    }
}

fn event_of(document: &Document) -> Result<Event, String> {
    let event = document.body.get("event").ok_or("there is no event in it")?;
    serde::Deserialize::deserialize(event).map_err(|error: serde_json::Error| error.to_string())
}
