//! A repeated request has one effect: its record is one more write of the commit that is the effect.
//!
//! Where an effect lies outside the documents, a claim is written first ([`Idempotency::claim`]), and a repeat
//! gets 409 while the claim lives.

mod claim;
mod error;
mod fingerprint;
mod record;

use std::time::Duration;

use backends::{
    Clock, Ids,
    documents::{Batch, Collection, Direction, Document, Filter, Index, Precondition, Query, Store, time},
};
use chrono::{DateTime, Utc};
pub use claim::{Claim, Claimed};
pub use error::CommitError;
pub use fingerprint::Fingerprint;
use record::Record;

use crate::{Answer, Problem};

const RECORDS: &str = "idempotency";

/// The records' collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: RECORDS,
    indexes: &[Index::on(&[]).by("expires_at", Direction::Ascending).sharded()],
    followed: false,
}];

/// What a caller means by a request: the record's id and the body's fingerprint, when she sent a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent(Option<Keyed>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Keyed {
    record: String,
    fingerprint: String,
}

impl Intent {
    /// A request that is not remembered: it has no key, or its answer holds a secret, which is never stored.
    pub fn unkeyed() -> Self {
        Self(None)
    }

    pub(crate) fn keyed(record: String, fingerprint: String) -> Self {
        Self(Some(Keyed { record, fingerprint }))
    }
}

/// Remembers answers in a service's store.
#[derive(Clone)]
pub struct Idempotency {
    store: Store,
    clock: Clock,
    ids: Ids,
}

impl Idempotency {
    pub(crate) fn new(store: Store, clock: Clock, ids: Ids) -> Self {
        Self { store, clock, ids }
    }

    /// The first answer, when this was asked before. 422 when the key came with another body, 409 while the
    /// first request is still under way.
    pub async fn replay(&self, intent: &Intent) -> Result<Option<Answer>, Problem> {
        let Intent(Some(keyed)) = intent else {
            return Ok(None);
        };
        match self.stored(keyed).await? {
            None => Ok(None),
            Some((_, record)) => record.answer_at(self.clock.now()),
        }
    }

    /// Whether the key was used before, with whatever body: then the answer is there, and what is costly need not be done
    /// to learn the body's fingerprint.
    pub async fn knows(&self, intent: &Intent) -> Result<bool, Problem> {
        let Intent(Some(keyed)) = intent else {
            return Ok(false);
        };
        Ok(self.store.get(RECORDS, &keyed.record).await?.is_some())
    }

    /// Does `work` unless it was done before; then answers what was answered then.
    ///
    /// When the work is refused it is asked once more whether somebody did it: of two requests with the same
    /// key at the same time, the second may find the first one's effect in its way.
    pub async fn once<E: From<Problem>>(
        &self,
        intent: &Intent,
        work: impl AsyncFnOnce() -> Result<Answer, E>,
    ) -> Result<Answer, E> {
        if let Some(first) = self.replay(intent).await? {
            return Ok(first);
        }
        match work().await {
            Ok(answer) => Ok(answer),
            Err(refusal) => match self.replay(intent).await {
                Ok(Some(first)) => Ok(first),
                _ => Err(refusal),
            },
        }
    }

    /// Commits the effect and the answer together. Whoever comes second gets the first one's answer.
    ///
    /// An answer that holds a token or another secret is refused: see [`Intent::unkeyed`].
    pub async fn commit(
        &self,
        intent: &Intent,
        mut batch: Batch,
        answer: Answer,
    ) -> Result<Answer, CommitError> {
        if let Intent(Some(keyed)) = intent {
            let record = Record::answered(&keyed.fingerprint, &answer, self.clock.now())?;
            batch.create(RECORDS, keyed.record.clone(), &record)?;
        }
        match self.store.commit(batch).await {
            Ok(()) => Ok(answer),
            Err(error) => self.found_out(intent, error).await,
        }
    }

    /// A failed commit names at most one cause, and a lost reply none: the record tells.
    async fn found_out(&self, intent: &Intent, error: backends::Error) -> Result<Answer, CommitError> {
        let unknown = matches!(error, backends::Error::UnknownOutcome(_));
        match self.replay(intent).await {
            Ok(Some(first)) => Ok(first),
            Ok(None) => Err(error.into()),
            // That the record cannot be read says nothing about the commit.
            Err(_) if unknown => Err(error.into()),
            Err(problem) => Err(problem.into()),
        }
    }

    async fn stored(&self, keyed: &Keyed) -> Result<Option<(Document, Record)>, Problem> {
        let Some(document) = self.store.get(RECORDS, &keyed.record).await? else {
            return Ok(None);
        };
        let record: Record = document.read()?;
        if record.fingerprint != keyed.fingerprint {
            return Err(Problem::invalid("the Idempotency-Key was used with another body")
                .code("idempotency_key_reused")
                .and_field("Idempotency-Key", "reused", "was used with another body"));
        }
        Ok(Some((document, record)))
    }

    /// Forgets expired records; called by the kit's own sweep.
    pub(crate) async fn sweep(&self) -> backends::Result<()> {
        forget_expired(&self.store, RECORDS, self.clock.now()).await
    }
}

/// 409: the first request of this key is still under way.
fn under_way(left: Duration) -> Problem {
    Problem::conflict("the first request with this Idempotency-Key is still under way")
        .code("in_progress")
        .retry_after(left)
}

/// Deletes the documents of a collection whose `expires_at` has passed.
pub async fn forget_expired(store: &Store, collection: &str, now: DateTime<Utc>) -> backends::Result<()> {
    let query = Query::all(collection)
        .ordered("expires_at", Direction::Ascending)
        .filter(Filter::Below("expires_at".into(), time::value(now)))
        .limit(200);
    loop {
        let expired = store.query(&query).await?;
        if expired.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new();
        for document in expired {
            batch.delete(collection, document.id, Precondition::Version(document.version));
        }
        store.commit(batch).await?;
    }
}
