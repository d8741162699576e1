//! A repeated request has one effect: its record is one more write of the commit that is the effect.

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Filter, Index, Precondition, Query, Store},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use crate::{Answer, Problem};

const RECORDS: &str = "idempotency";
/// How long an answer can be asked for again.
const KEPT: Duration = Duration::days(7);

/// The records' collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: RECORDS,
    indexes: &[Index::on(&[]).by("expires_at", Direction::Ascending)],
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
    pub(crate) fn unkeyed() -> Self {
        Self(None)
    }

    pub(crate) fn keyed(record: String, fingerprint: String) -> Self {
        Self(Some(Keyed { record, fingerprint }))
    }
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    fingerprint: String,
    /// An [`Answer`] as JSON text: whatever it holds comes back as it was, arrays in arrays too.
    answer: String,
    expires_at: DateTime<Utc>,
}

/// Remembers answers in a service's store.
#[derive(Clone)]
pub struct Idempotency {
    store: Store,
    clock: Clock,
}

impl Idempotency {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// The first answer, when this was asked before; 422 when the key came with another body.
    pub async fn replay(&self, intent: &Intent) -> Result<Option<Answer>, Problem> {
        let Intent(Some(keyed)) = intent else {
            return Ok(None);
        };
        let Some(document) = self.store.get(RECORDS, &keyed.record).await? else {
            return Ok(None);
        };
        let record: Record = document.read()?;
        if record.fingerprint != keyed.fingerprint {
            return Err(Problem::invalid("the Idempotency-Key was used with another body")
                .code("idempotency_key_reused")
                .and_field("Idempotency-Key", "reused", "was used with another body"));
        }
        Ok(Some(serde_json::from_str(&record.answer)?))
    }

    /// Commits the effect and the answer together. Whoever comes second gets the first one's answer.
    pub async fn commit(
        &self,
        intent: &Intent,
        mut batch: Batch,
        answer: Answer,
    ) -> Result<Answer, CommitError> {
        if let Intent(Some(keyed)) = intent {
            let record = Record {
                fingerprint: keyed.fingerprint.clone(),
                answer: serde_json::to_string(&answer).map_err(Problem::from)?,
                expires_at: self.clock.now() + KEPT,
            };
            batch.create(RECORDS, keyed.record.clone(), &record)?;
        }
        match self.store.commit(batch).await {
            Ok(()) => Ok(answer),
            // A failed commit names at most one cause, and a lost reply none: the record tells.
            Err(error) => match self.replay(intent).await {
                Ok(Some(first)) => Ok(first),
                Err(refused) if refused.status().is_client_error() => Err(refused.into()),
                // What cannot be read does not make an unknown outcome known.
                Ok(None) | Err(_) => Err(error.into()),
            },
        }
    }

    /// Forgets expired records; called by the kit's own sweep.
    pub(crate) async fn sweep(&self) -> backends::Result<()> {
        forget_expired(&self.store, RECORDS, self.clock.now()).await
    }
}

/// Deletes the documents of a collection whose `expires_at` has passed.
pub async fn forget_expired(store: &Store, collection: &str, now: DateTime<Utc>) -> backends::Result<()> {
    let now = serde_json::to_value(now).map_err(|error| backends::Error::Other(error.to_string()))?;
    let query = Query::all(collection)
        .ordered("expires_at", Direction::Ascending)
        .filter(Filter::Below("expires_at".into(), now))
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

/// Why nothing was committed: a service decides what a conflict means to its caller.
#[derive(Debug, Clone)]
pub enum CommitError {
    /// The store refused.
    Store(backends::Error),
    /// The request was refused: the key came with another body.
    Refused(Problem),
}

impl CommitError {
    /// Whether a precondition failed.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl From<backends::Error> for CommitError {
    fn from(error: backends::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Problem> for CommitError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Refused(problem) => problem,
        }
    }
}
