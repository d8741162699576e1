//! Jobs: work that outlives a request, written in the commit that causes it.
//!
//! Of all instances one works on a job at a time: it claims the job by its version, renews the claim while the
//! handler works, and commits the handler's effect together with the job's end. Whoever lost its claim
//! meanwhile, because it was paused or cut off, finds another version there, and its effect is not applied.

mod attempt;
mod claim;
mod hands;
mod news;
mod policy;
mod record;
mod runner;

use std::sync::Arc;

use backends::{
    Clock, Ids,
    documents::{Batch, Collection, Direction, Index, Precondition, Query, Store, Version},
};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
pub use policy::Policy;
pub use record::{Job, JobError, JobRecord, State};
pub(crate) use runner::run;
use serde::Serialize;
use shared_models::ids::JobId;

use crate::{Problem, chassis::RequestContext, extract::Page, extract::PageLink};

pub(crate) const JOBS: &str = "jobs";

/// The jobs' collection.
pub const COLLECTIONS: &[Collection] = &[Collection {
    name: JOBS,
    indexes: &[
        Index::on(&["state", "kind"])
            .by("due_at", Direction::Ascending)
            .sharded(),
        Index::on(&["state"])
            .by("due_at", Direction::Descending)
            .sharded(),
        Index::on(&[]).by("expires_at", Direction::Ascending).sharded(),
    ],
    followed: true,
}];

pub(crate) type JobHandler = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<Batch, JobError>> + Send + Sync>;

/// The jobs of one kind: how they are carried out.
#[derive(Clone)]
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) policy: Policy,
    pub(crate) handler: JobHandler,
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
        let traceparent = RequestContext::current().map(RequestContext::traceparent);
        let record = JobRecord::waiting(kind, key, due_at, payload, traceparent);
        batch.create(JOBS, id.to_string(), &record)?;
        Ok(id)
    }

    /// A job and its version, to show or to cancel it.
    pub async fn find(&self, id: JobId) -> backends::Result<Option<(JobRecord, Version)>> {
        let document = self.store.get(JOBS, &id.to_string()).await?;
        document
            .map(|document| Ok((document.read()?, document.version)))
            .transpose()
    }

    /// Removes a job that was found in this version. When it is being worked on, its effect is not applied.
    pub fn cancel(&self, batch: &mut Batch, id: JobId, version: Version) {
        batch.delete(JOBS, id.to_string(), Precondition::Version(version));
    }

    /// Jobs that failed too often or for good, the latest first; kept for 90 days.
    pub async fn dead(&self, page: &Page) -> Result<(PageLink, Vec<(JobId, JobRecord)>), Problem> {
        let query = Query::all(JOBS)
            .equals("state", "dead")
            .ordered("due_at", Direction::Descending)
            .after(page.after.clone())
            .offset(page.offset)
            .limit(page.probe());
        let found = self.store.query(&query).await?;
        let (link, documents) = page.cut(found, |document| query.position_of(document));
        let read = |document: &backends::documents::Document| {
            let id = document.id.parse().map_err(Problem::internal)?;
            Ok((id, document.read()?))
        };
        Ok((link, documents.iter().map(read).collect::<Result<_, Problem>>()?))
    }

    /// Adds another life for a dead job that was found in this version: due now, with all its attempts.
    pub fn revive(
        &self,
        batch: &mut Batch,
        id: JobId,
        version: &Version,
        record: &JobRecord,
    ) -> backends::Result<()> {
        let again = JobRecord::waiting(
            &record.kind,
            &record.key,
            self.clock.now(),
            record.payload.clone(),
            record.traceparent.clone(),
        );
        batch.replace(JOBS, id.to_string(), version, &again)?;
        Ok(())
    }
}
