//! The inbox: an event delivered twice has one effect, since its id is recorded in the effect's commit.

mod consumer;
mod handling;

use std::sync::Arc;

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Index, Store},
    events::Event,
};
pub(crate) use consumer::{consume, outcomes};
use futures::future::BoxFuture;

const INBOX: &str = "inbox";

/// The inbox's collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: INBOX,
    indexes: &[Index::on(&[]).by("expires_at", Direction::Ascending).sharded()],
    followed: false,
}];

pub(crate) type Consumer =
    Arc<dyn Fn(Event) -> BoxFuture<'static, Result<Batch, ConsumeError>> + Send + Sync>;

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

/// Forgets events that cannot come again; called by the kit's own sweep.
pub(crate) async fn sweep(store: &Store, clock: &Clock) -> backends::Result<()> {
    crate::idempotency::forget_expired(store, INBOX, clock.now()).await
}
