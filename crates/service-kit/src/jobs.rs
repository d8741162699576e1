//! Jobs: work that outlives a request, written in the commit that causes it.

mod runner;

use backends::{
    Clock, Ids,
    documents::{Batch, Collection, Direction, Document, Index, Store, Version},
};
use chrono::{DateTime, Utc};
pub(crate) use runner::run;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared_models::ids::JobId;

use crate::chassis::RequestContext;

pub(crate) const JOBS: &str = "jobs";

/// The jobs' collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: JOBS,
    indexes: &[
        Index::on(&["state", "kind"]).by("due_at", Direction::Ascending),
        Index::on(&[]).by("expires_at", Direction::Ascending),
    ],
    followed: true,
}];

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits until `due_at`; also while an instance works on it, which moves `due_at` to its lease's end.
    Waiting,
    /// Its effect is committed.
    Done,
    /// It failed too often, or for good.
    Dead,
}

/// A job as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobRecord {
    pub kind: String,
    /// What it is about, for people and logs.
    pub key: String,
    pub state: State,
    pub due_at: DateTime<Utc>,
    pub attempts: u32,
    pub payload: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When an ended one is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<Utc>>,
}

/// A job in the hands of its handler.
#[derive(Debug, Clone)]
pub struct Job {
    pub id: String,
    pub key: String,
    /// From 1.
    pub attempt: u32,
    pub payload: Value,
}

impl Job {
    /// The payload as it was written.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload).map_err(|error| JobError::Dead(error.to_string()))
    }
}

/// Why a job did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JobError {
    /// It may succeed later.
    #[error("try again: {0}")]
    Retry(String),
    /// It never will.
    #[error("never: {0}")]
    Dead(String),
}

impl From<backends::Error> for JobError {
    fn from(error: backends::Error) -> Self {
        Self::Retry(error.to_string())
    }
}

/// Adds jobs to commits.
#[derive(Clone)]
pub struct Jobs {
    store: Store,
    clock: Clock,
    ids: Ids,
}

impl Jobs {
    pub(crate) fn new(store: Store, clock: Clock, ids: Ids) -> Self {
        Self { store, clock, ids }
    }

    /// Adds a job that is due now.
    pub fn enqueue(
        &self,
        batch: &mut Batch,
        kind: &str,
        key: &str,
        payload: &impl Serialize,
    ) -> backends::Result<JobId> {
        self.enqueue_at(batch, kind, key, self.clock.now(), payload)
    }

    /// Adds a job that is due at a time.
    pub fn enqueue_at(
        &self,
        batch: &mut Batch,
        kind: &str,
        key: &str,
        due_at: DateTime<Utc>,
        payload: &impl Serialize,
    ) -> backends::Result<JobId> {
        let id: JobId = self.ids.fresh();
        let payload =
            serde_json::to_value(payload).map_err(|error| backends::Error::Invalid(error.to_string()))?;
        let record = JobRecord {
            kind: kind.to_owned(),
            key: key.to_owned(),
            state: State::Waiting,
            due_at,
            attempts: 0,
            payload,
            traceparent: RequestContext::current().map(RequestContext::traceparent),
            failure: None,
            expires_at: None,
        };
        batch.create(JOBS, id.to_string(), &record)?;
        Ok(id)
    }

    /// A job and its version, to show or to cancel it.
    pub async fn find(&self, id: JobId) -> backends::Result<Option<(JobRecord, Version)>> {
        let document: Option<Document> = self.store.get(JOBS, &id.to_string()).await?;
        document
            .map(|document| Ok((document.read()?, document.version)))
            .transpose()
    }
}
