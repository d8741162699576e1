use std::time::Duration;

use backends::{
    documents::{Batch, Cursor, Direction, Document, Precondition, Query},
    events::Event,
};

use super::OUTBOX;
use crate::{Kit, leases::Lease};

/// Events moved at once.
const BATCH: usize = 200;
/// How long one instance relays before another may; a crash delays events by at most this.
const LEASE: Duration = Duration::from_secs(5);
/// How long to wait for something to relay before looking anyway.
const WAIT: Duration = Duration::from_secs(5);
/// While another instance relays, or the log is down.
const PAUSE: Duration = Duration::from_millis(250);

/// Moves the outbox to the event log until shutdown. Publishing twice is harmless, so it may die anywhere.
pub(crate) async fn relay(kit: Kit) {
    let mut lease = None;
    let mut seen: Option<Cursor> = None;
    while !kit.tasks.is_draining() {
        let moved = match step(&kit, &mut lease).await {
            Ok(moved) => moved,
            Err(error) => {
                tracing::warn!(service = kit.service.name, %error, "the outbox waits");
                Moved::Blocked
            }
        };
        match moved {
            Moved::Some => {}
            Moved::Blocked => tokio::select! {
                () = kit.tasks.draining() => break,
                () = tokio::time::sleep(PAUSE) => {}
            },
            Moved::Nothing => tokio::select! {
                () = kit.tasks.draining() => break,
                () = wait(&kit, &mut seen) => {}
            },
        }
    }
    // What was committed last is told before the process ends; what is not, by the next one.
    if let Err(error) = step(&kit, &mut lease).await {
        tracing::debug!(service = kit.service.name, %error, "the outbox is left to the next instance");
    }
    if let Some(lease) = lease
        && let Err(error) = kit.leases.release(&lease).await
    {
        tracing::debug!(service = kit.service.name, %error, "the outbox's lease ends by itself");
    }
}

enum Moved {
    Nothing,
    Some,
    /// Another instance relays.
    Blocked,
}

async fn step(kit: &Kit, lease: &mut Option<Lease>) -> backends::Result<Moved> {
    let waiting = waiting(kit).await?;
    if waiting.is_empty() {
        return Ok(Moved::Nothing);
    }
    if !hold(kit, lease).await? {
        return Ok(Moved::Blocked);
    }
    let events: Vec<Event> = waiting.iter().filter_map(event_of).collect();
    kit.backends.events.publish(&events).await?;
    let mut batch = Batch::new();
    for document in waiting {
        batch.delete(OUTBOX, document.id, Precondition::None);
    }
    kit.backends.documents.commit(batch).await?;
    Ok(Moved::Some)
}

async fn waiting(kit: &Kit) -> backends::Result<Vec<Document>> {
    let oldest_first = Query::all(OUTBOX)
        .ordered("event.time", Direction::Ascending)
        .limit(BATCH);
    kit.backends.documents.query(&oldest_first).await
}

fn event_of(document: &Document) -> Option<Event> {
    match serde_json::from_value(document.body.get("event")?.clone()) {
        Ok(event) => Some(event),
        Err(error) => {
            tracing::error!(id = document.id, %error, "an event in the outbox cannot be read");
            None
        }
    }
}

/// Whether this instance may relay now.
async fn hold(kit: &Kit, lease: &mut Option<Lease>) -> backends::Result<bool> {
    let now = kit.clock.now();
    let fresh = lease
        .as_ref()
        .is_some_and(|lease| lease.until() > now + LEASE / 2);
    if !fresh {
        *lease = match lease.take() {
            Some(old) if old.until() > now => kit.leases.renew(&old, LEASE).await?,
            _ => kit.leases.acquire("outbox", LEASE).await?,
        };
    }
    Ok(lease.is_some())
}

async fn wait(kit: &Kit, seen: &mut Option<Cursor>) {
    match kit.backends.documents.changes(OUTBOX, seen.as_ref(), WAIT).await {
        Ok(changes) => *seen = Some(changes.cursor),
        // Away for too long: from the beginning again.
        Err(backends::Error::NotFound) => *seen = None,
        Err(error) => {
            tracing::warn!(service = kit.service.name, %error, "the outbox cannot be followed");
            tokio::time::sleep(PAUSE).await;
        }
    }
}
