//! The documents port: JSON documents in collections, and atomic commits.
//!
//! Shaped by Firestore's rules, so that SQLite and Firestore pass one contract suite:
//! * versions are opaque, and an identical write leaves the version as it is;
//! * a range filter's field is also the order's field;
//! * every query's shape is declared as an [`Index`]; an undeclared one is [`Error::Invalid`];
//! * no array directly inside an array, at most 1 MiB a document and 4 MiB a commit;
//! * a failed commit names at most one cause: read again before deciding.

mod batch;
mod document;
mod query;
mod rules;
mod schema;
pub mod time;

pub mod embedded;
pub mod firestore;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;

pub use batch::{Batch, Precondition, Write};
pub use document::{Document, Version};
pub use query::{Direction, Filter, Order, Position, Query};
pub use schema::{Collection, Index, Schema};

use crate::Result;

/// The most bytes of one document's JSON.
pub const MAX_DOCUMENT_BYTES: usize = 1 << 20;
/// The most bytes of a document's id.
pub const MAX_ID_BYTES: usize = 1500;
/// The most bytes of one commit.
pub const MAX_COMMIT_BYTES: usize = 4 << 20;
/// The most documents that one query or `get_many` answers.
pub const MAX_PAGE: usize = 1000;

/// A store of documents, as services hold it.
pub type Store = Arc<dyn Documents>;

/// Documents in collections; one store a service.
#[async_trait]
pub trait Documents: Send + Sync + 'static {
    /// The documents of these ids that exist, in no particular order.
    async fn get_many(&self, collection: &str, ids: &[&str]) -> Result<Vec<Document>>;

    /// One page of the documents that a declared index answers.
    async fn query(&self, query: &Query) -> Result<Vec<Document>>;

    /// How many documents a query would answer without its limit and position.
    async fn count(&self, query: &Query) -> Result<u64>;

    /// Applies all writes or none, durably before it answers.
    ///
    /// `Conflict` when a precondition fails, `Contention` after retries within the backend,
    /// `UnknownOutcome` when the reply was lost and could not be found out.
    async fn commit(&self, batch: Batch) -> Result<()>;

    /// Writes of a collection after `after`, oldest first; waits up to `wait` for the first.
    ///
    /// At least once, to every listener. `None` starts at the beginning: every existing document is
    /// told at least once. Several writes of one document may be told as one. `NotFound` when the store
    /// has forgotten deletions after `after`: drop what you hold and begin again.
    async fn changes(&self, collection: &str, after: Option<&Cursor>, wait: Duration) -> Result<Changes>;

    /// Differs after every commit, of any process: what was read before is still so while it stays the same. `None`
    /// when finding out would take as long as reading again.
    fn stamp(&self) -> Option<Stamp> {
        None
    }

    /// Whether the store answers: for readiness.
    async fn ping(&self) -> Result<()>;
}

/// A moment between two commits; of no meaning to another process or store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp(i64);

/// A place in the changes of a collection; opaque, and of no use to another store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cursor(pub String);

/// Some changes, and where to go on.
#[derive(Debug, Clone)]
pub struct Changes {
    /// Oldest first.
    pub changes: Vec<Change>,
    /// After the last of them.
    pub cursor: Cursor,
    /// Whether nothing more was waiting when this was read: a follower has caught up.
    pub caught_up: bool,
}

/// A document was written or deleted.
#[derive(Debug, Clone)]
pub struct Change {
    /// Which document.
    pub id: String,
    /// As it was when the change was read: perhaps newer than the write; `None` when deleted.
    pub document: Option<Document>,
}

impl dyn Documents {
    /// One document.
    pub async fn get(&self, collection: &str, id: &str) -> Result<Option<Document>> {
        Ok(self.get_many(collection, &[id]).await?.pop())
    }
}
