//! Documents in Firestore, one database a service.
//!
//! * A document's name begins with a hash of its id, and its id is a field, by which documents are ordered.
//! * A commit is one call without a transaction; preconditions alone decide. It writes an entry of the log, too,
//!   whose name is the commit's id: with it an attempt whose answer was lost is repeated, or found out about.
//! * What only grows is indexed in shards; a query of all shards is one call.
//! * `changes` reads the log; Firestore's Listen only wakes who waits.
//! * Contended commits of a process take turns and are tried again after a random pause.

mod changes;
mod commit;
mod indexes;
mod log;
mod name;
mod select;
mod shards;
mod turns;
mod value;
mod wakes;
mod wire;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use async_trait::async_trait;
use tokio::time::{Instant, timeout_at};

pub use self::{
    indexes::{Composite, Expiring, Field, Indexes, Single, indexes},
    wire::Address,
};
use self::{turns::Turns, wakes::Wakes, wire::Wire};
use super::{Batch, Changes, Cursor, Document, Documents, MAX_PAGE, Query, Schema, rules};
use crate::{Clock, Error, Result};

/// Who waits for changes looks by itself after this long.
const LOOK: Duration = Duration::from_secs(5);

/// A service's documents in a Firestore database.
pub struct FirestoreDocuments {
    shared: Arc<Shared>,
}

struct Shared {
    wire: Wire,
    schema: Schema,
    clock: Clock,
    turns: Turns,
    wakes: Wakes,
}

impl FirestoreDocuments {
    /// Connects to a database that is there; `Unavailable` when it cannot be reached.
    pub async fn connect(address: &Address, schema: Schema, clock: Clock) -> Result<Self> {
        let shared = Shared {
            wire: Wire::connect(address).await?,
            wakes: Wakes::of(&schema),
            schema,
            clock,
            turns: Turns::new(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }
}

#[async_trait]
impl Documents for FirestoreDocuments {
    async fn get_many(&self, collection: &str, ids: &[&str]) -> Result<Vec<Document>> {
        self.shared.schema.collection(collection)?;
        if ids.len() > MAX_PAGE {
            return Err(Error::Invalid("at most 1000 documents at once".to_owned()));
        }
        let ids: BTreeSet<&str> = ids.iter().copied().filter(|id| rules::is_id(id)).collect();
        let name = |id: &str| self.shared.wire.name(collection, &name::key(id));
        let names: Vec<String> = ids.into_iter().map(name).collect();
        let found = self.shared.wire.get(&names, false).await?;
        found.into_iter().map(name::document).collect()
    }

    async fn query(&self, query: &Query) -> Result<Vec<Document>> {
        self.shared.schema.check(query)?;
        let Some(query) = select::page(&self.shared.schema, query)? else {
            return Ok(Vec::new());
        };
        let page = self.shared.wire.query(query, usize::MAX).await?;
        page.documents.into_iter().map(name::document).collect()
    }

    async fn count(&self, query: &Query) -> Result<u64> {
        self.shared.schema.check(query)?;
        match select::all(&self.shared.schema, query)? {
            Some(query) => self.shared.wire.count(query).await,
            None => Ok(0),
        }
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        let writes = rules::checked(&self.shared.schema, batch)?;
        if writes.is_empty() {
            return Ok(());
        }
        let commit = commit::Commit::of(&self.shared, writes)?;
        let applied = commit.apply().await;
        for collection in commit.collections() {
            self.shared.wakes.wake(collection);
        }
        applied
    }

    async fn changes(&self, collection: &str, after: Option<&Cursor>, wait: Duration) -> Result<Changes> {
        let deadline = Instant::now() + wait;
        self.shared.schema.collection(collection)?;
        let Some(mut bell) = self.shared.wakes.hear(collection) else {
            let why = format!("collection {collection} is not declared as followed");
            return Err(Error::Invalid(why));
        };
        let mut place = changes::Place::of(after)?;
        loop {
            bell.mark_unchanged();
            let (found, next) = changes::next(&self.shared, collection, place).await?;
            if !found.changes.is_empty() || !found.caught_up || Instant::now() >= deadline {
                return Ok(found);
            }
            place = Some(next);
            self.shared.wakes.listen(&self.shared.wire, collection).await;
            let rung = timeout_at(deadline.min(Instant::now() + LOOK), bell.changed()).await;
            drop(rung); // or it is time to look anyway
        }
    }

    async fn ping(&self) -> Result<()> {
        let nothing = self.shared.wire.name(log::COLLECTION, "ping");
        self.shared.wire.get(&[nothing], true).await.map(drop)
    }
}
