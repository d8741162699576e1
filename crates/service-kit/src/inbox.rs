//! The inbox: an event delivered twice has one effect, since its id is recorded in the effect's commit.

use std::{sync::Arc, time::Duration};

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Index, Store},
    events::{Delivery, Event, Log, Outcome, Subscription},
};
use serde::{Deserialize, Serialize};

use crate::{Kit, app::Consumer};

const INBOX: &str = "inbox";
/// Deliveries handled at once by one instance.
const AT_ONCE: usize = 16;
/// How long a pull waits for something to come.
const WAIT: Duration = Duration::from_secs(2);
/// After the log failed.
const PAUSE: Duration = Duration::from_millis(500);
/// Longer than the log keeps an event: seven days after everybody acknowledged it.
const KEPT: chrono::Duration = chrono::Duration::days(15);

/// The inbox's collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: INBOX,
    indexes: &[Index::on(&[]).by("expires_at", Direction::Ascending)],
    followed: false,
}];

/// Why an event could not be handled.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ConsumeError {
    /// It may succeed later.
    #[error("try again: {0}")]
    Retry(String),
    /// It never will.
    #[error("never: {0}")]
    Dead(String),
}

impl From<backends::Error> for ConsumeError {
    fn from(error: backends::Error) -> Self {
        Self::Retry(error.to_string())
    }
}

impl From<serde_json::Error> for ConsumeError {
    fn from(error: serde_json::Error) -> Self {
        Self::Dead(error.to_string())
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Seen {
    expires_at: chrono::DateTime<chrono::Utc>,
}

/// Handles the events of one subscription until shutdown.
pub(crate) async fn consume(kit: Kit, subscription: Subscription, handler: Consumer) {
    let inbox = Arc::new(Inbox {
        subscription,
        store: kit.backends.documents.clone(),
        log: kit.backends.events.clone(),
        clock: kit.clock.clone(),
        handler,
    });
    while let Err(error) = inbox.log.subscribe(&subscription).await {
        tracing::warn!(service = kit.service.name, subscription = subscription.name, %error, "cannot subscribe");
        if pause(&kit).await {
            return;
        }
    }
    while !kit.tasks.is_draining() {
        let pulled = tokio::select! {
            () = kit.tasks.draining() => return,
            pulled = inbox.log.pull(&subscription, AT_ONCE, WAIT) => pulled,
        };
        match pulled {
            Ok(deliveries) => {
                let handled = deliveries.into_iter().map(|delivery| inbox.handle(delivery));
                futures::future::join_all(handled).await;
            }
            Err(error) => {
                tracing::warn!(service = kit.service.name, subscription = subscription.name, %error, "cannot pull");
                if pause(&kit).await {
                    return;
                }
            }
        }
    }
}

/// Waits a little; says whether the service is going.
async fn pause(kit: &Kit) -> bool {
    tokio::select! {
        () = kit.tasks.draining() => true,
        () = tokio::time::sleep(PAUSE) => false,
    }
}

struct Inbox {
    subscription: Subscription,
    store: Store,
    log: Log,
    clock: Clock,
    handler: Consumer,
}

impl Inbox {
    async fn handle(&self, delivery: Delivery) {
        let outcome = self.outcome(&delivery).await;
        if let Err(error) = self.log.settle(&delivery, outcome).await {
            tracing::warn!(subscription = self.subscription.name, %error, "a delivery could not be settled");
        }
    }

    async fn outcome(&self, delivery: &Delivery) -> Outcome {
        let patience = self.subscription.lease * 9 / 10;
        let applied = tokio::time::timeout(patience, self.apply(&delivery.event)).await;
        let event = delivery.event.id;
        let name = self.subscription.name;
        match applied {
            Ok(Ok(())) => Outcome::Done,
            Ok(Err(ConsumeError::Dead(cause))) => {
                tracing::error!(subscription = name, %event, cause, "an event is dead");
                Outcome::Dead
            }
            Ok(Err(ConsumeError::Retry(cause))) => {
                tracing::warn!(subscription = name, %event, cause, attempt = delivery.attempt, "an event is retried");
                Outcome::Retry
            }
            Err(_) => {
                tracing::warn!(subscription = name, %event, "an event took longer than its lease");
                Outcome::Retry
            }
        }
    }

    async fn apply(&self, event: &Event) -> Result<(), ConsumeError> {
        let id = format!("{}:{}", self.subscription.name, event.id);
        if self.store.get(INBOX, &id).await?.is_some() {
            return Ok(());
        }
        let mut batch: Batch = (self.handler)(event.clone()).await?;
        let seen = Seen {
            expires_at: self.clock.now() + KEPT,
        };
        batch.create(INBOX, id.clone(), &seen)?;
        match self.store.commit(batch).await {
            Ok(()) => Ok(()),
            // Somebody else handled it, or another write was in the way: the record tells.
            Err(error) => match self.store.get(INBOX, &id).await? {
                Some(_) => Ok(()),
                None => Err(error.into()),
            },
        }
    }
}

/// Forgets events that cannot come again; called by the kit's own sweep.
pub(crate) async fn sweep(store: &Store, clock: &Clock) -> backends::Result<()> {
    crate::idempotency::forget_expired(store, INBOX, clock.now()).await
}
