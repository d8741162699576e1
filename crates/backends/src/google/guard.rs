use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::timeout;

use super::{breaker::Breaker, rest::DEADLINE};
use crate::{
    Error, Result,
    documents::{Batch, Changes, Cursor, Document, Documents, Query, Stamp, Store},
    events::{Delivery, Event, Events, Log, Outcome, Subscription},
};

/// A port whose every answer comes within ten seconds, and which is left alone when none come.
///
/// Who waits for something to happen (`changes`, `pull`) may wait so long beyond that.
pub struct Guarded<P: ?Sized> {
    port: Arc<P>,
    breaker: Breaker,
}

impl Guarded<dyn Documents> {
    /// Documents in Firestore.
    pub fn documents(port: Store) -> Store {
        let breaker = Breaker::before("Firestore");
        Arc::new(Self { port, breaker })
    }
}

impl Guarded<dyn Events> {
    /// Events on Pub/Sub.
    pub fn events(port: Log) -> Log {
        let breaker = Breaker::before("Pub/Sub");
        Arc::new(Self { port, breaker })
    }
}

impl<P: ?Sized> Guarded<P> {
    /// What has no effect, or none that may not come twice.
    async fn asked<T>(&self, work: impl Future<Output = Result<T>>) -> Result<T> {
        self.breaker.within(DEADLINE, Error::Unavailable, work).await
    }
}

#[async_trait]
impl Documents for Guarded<dyn Documents> {
    async fn get_many(&self, collection: &str, ids: &[&str]) -> Result<Vec<Document>> {
        self.asked(self.port.get_many(collection, ids)).await
    }

    async fn query(&self, query: &Query) -> Result<Vec<Document>> {
        self.asked(self.port.query(query)).await
    }

    async fn count(&self, query: &Query) -> Result<u64> {
        self.asked(self.port.count(query)).await
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        if batch.writes.is_empty() {
            return self.port.commit(batch).await;
        }
        let work = self.port.commit(batch);
        self.breaker.within(DEADLINE, Error::UnknownOutcome, work).await
    }

    async fn changes(&self, collection: &str, after: Option<&Cursor>, wait: Duration) -> Result<Changes> {
        let work = self.port.changes(collection, after, wait);
        let deadline = wait.saturating_add(DEADLINE);
        self.breaker.within(deadline, Error::Unavailable, work).await
    }

    fn stamp(&self) -> Option<Stamp> {
        self.port.stamp()
    }

    async fn ping(&self) -> Result<()> {
        self.asked(self.port.ping()).await
    }
}

/// Deliveries have no part in whether Pub/Sub is left alone: that nothing comes says nothing about it, and what becomes
/// of them is in the ledger, which is guarded itself.
#[async_trait]
impl Events for Guarded<dyn Events> {
    async fn publish(&self, events: &[Event]) -> Result<()> {
        self.asked(self.port.publish(events)).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<()> {
        self.asked(self.port.subscribe(subscription)).await
    }

    async fn pull(&self, subscription: &Subscription, max: usize, wait: Duration) -> Result<Vec<Delivery>> {
        let deadline = wait.saturating_add(DEADLINE);
        in_time(
            deadline,
            Error::Unavailable,
            self.port.pull(subscription, max, wait),
        )
        .await
    }

    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> Result<()> {
        in_time(DEADLINE, Error::Unavailable, self.port.settle(delivery, outcome)).await
    }

    async fn dead_letters(&self, subscription: &Subscription, max: usize) -> Result<Vec<Event>> {
        in_time(
            DEADLINE,
            Error::Unavailable,
            self.port.dead_letters(subscription, max),
        )
        .await
    }

    async fn ping(&self) -> Result<()> {
        self.asked(self.port.ping()).await
    }
}

async fn in_time<T>(
    deadline: Duration,
    late: fn(String) -> Error,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    match timeout(deadline, work).await {
        Ok(answer) => answer,
        Err(_) => Err(late(format!("no answer within {deadline:?}"))),
    }
}
