use std::{collections::HashMap, sync::Arc, time::Duration};

use backends::documents::{Batch, Cursor, Direction, Document, Filter, Query, Version};
use chrono::{DateTime, Utc};

use super::{JOBS, Job, JobError, JobRecord, State};
use crate::{Kit, app::JobHandler};

/// How long an attempt belongs to the instance that claimed it.
const LEASE: Duration = Duration::from_secs(30);
/// Attempts before a job is dead.
const MAX_ATTEMPTS: u32 = 12;
/// Jobs of a kind that one instance works on at once.
const AT_ONCE: usize = 8;
/// How long to wait for news before looking for jobs that have become due.
const WAIT: Duration = Duration::from_millis(500);
/// How long an ended job can be asked about.
const KEPT: chrono::Duration = chrono::Duration::days(7);
/// The longest wait between attempts.
const LONGEST_BACKOFF: Duration = Duration::from_hours(1);

/// Runs the jobs of the kinds that the service handles, until shutdown.
pub(crate) async fn run(kit: Kit, handlers: Vec<(&'static str, JobHandler)>) {
    let handlers: HashMap<_, _> = handlers.into_iter().collect();
    let runner = Arc::new(Runner { kit, handlers });
    let mut seen: Option<Cursor> = None;
    while !runner.kit.tasks.is_draining() {
        let worked = runner.work().await.unwrap_or_else(|error| {
            tracing::warn!(service = runner.kit.service.name, %error, "jobs wait");
            false
        });
        if !worked {
            tokio::select! {
                () = runner.kit.tasks.draining() => return,
                () = runner.wait(&mut seen) => {}
            }
        }
    }
}

struct Runner {
    kit: Kit,
    handlers: HashMap<&'static str, JobHandler>,
}

impl Runner {
    /// One round over all kinds; says whether there was anything to do.
    async fn work(&self) -> backends::Result<bool> {
        let mut worked = false;
        for (kind, handler) in &self.handlers {
            let due = self.due(kind).await?;
            worked |= !due.is_empty();
            let attempts = due.into_iter().map(|document| self.attempt(document, handler));
            for outcome in futures::future::join_all(attempts).await {
                outcome?;
            }
        }
        Ok(worked)
    }

    async fn due(&self, kind: &str) -> backends::Result<Vec<Document>> {
        let now = serde_json::json!(self.kit.clock.now());
        let query = Query::all(JOBS)
            .equals("state", "waiting")
            .equals("kind", kind)
            .ordered("due_at", Direction::Ascending)
            .filter(Filter::AtMost("due_at".into(), now))
            .limit(AT_ONCE);
        self.kit.backends.documents.query(&query).await
    }

    async fn attempt(&self, document: Document, handler: &JobHandler) -> backends::Result<()> {
        let Some((record, version)) = self.claim(&document).await? else {
            return Ok(()); // another instance has it
        };
        let job = Job {
            id: document.id.clone(),
            key: record.key.clone(),
            attempt: record.attempts,
            payload: record.payload.clone(),
        };
        let outcome = tokio::time::timeout(LEASE * 9 / 10, handler(job)).await;
        let outcome = outcome.unwrap_or_else(|_| Err(JobError::Retry("took longer than its lease".into())));
        self.end(&document.id, record, &version, outcome).await
    }

    /// Moves `due_at` to the lease's end, by version: whoever comes second loses.
    async fn claim(&self, document: &Document) -> backends::Result<Option<(JobRecord, Version)>> {
        let mut record: JobRecord = document.read()?;
        record.attempts += 1;
        record.due_at = self.kit.clock.now() + LEASE;
        let store = &self.kit.backends.documents;
        let mut batch = Batch::new();
        batch.replace(JOBS, document.id.clone(), &document.version, &record)?;
        match store.commit(batch).await {
            Ok(()) => {}
            Err(backends::Error::Conflict(_) | backends::Error::Contention) => return Ok(None),
            Err(error) => return Err(error),
        }
        let claimed = store.get(JOBS, &document.id).await?;
        let ours = |stored: &JobRecord| stored.attempts == record.attempts && stored.due_at == record.due_at;
        match claimed {
            Some(claimed) if ours(&claimed.read()?) => Ok(Some((record, claimed.version))),
            _ => Ok(None),
        }
    }

    /// Commits the effect with the job's end. A holder that was paused too long finds its claim gone, and has no effect.
    async fn end(
        &self,
        id: &str,
        mut record: JobRecord,
        claim: &Version,
        outcome: Result<Batch, JobError>,
    ) -> backends::Result<()> {
        let now = self.kit.clock.now();
        let mut batch = match outcome {
            Ok(effect) => {
                record.state = State::Done;
                effect
            }
            Err(error) => {
                tracing::warn!(kind = record.kind, id, attempt = record.attempts, %error, "a job failed");
                fail(&mut record, &error, now, self.jitter());
                Batch::new()
            }
        };
        if record.state != State::Waiting {
            record.expires_at = Some(now + KEPT);
        }
        batch.replace(JOBS, id, claim, &record)?;
        match self.kit.backends.documents.commit(batch).await {
            Err(backends::Error::Conflict(_)) => Ok(()), // taken over, or tried again when the claim ends
            other => other,
        }
    }

    /// From 0.5 to 1.
    fn jitter(&self) -> f64 {
        let [byte] = self.kit.ids.bytes::<1>();
        0.5 + f64::from(byte) / 510.0
    }

    async fn wait(&self, seen: &mut Option<Cursor>) {
        match self
            .kit
            .backends
            .documents
            .changes(JOBS, seen.as_ref(), WAIT)
            .await
        {
            Ok(changes) => *seen = Some(changes.cursor),
            // Away for too long: from the beginning again.
            Err(backends::Error::NotFound) => *seen = None,
            Err(error) => {
                tracing::warn!(service = self.kit.service.name, %error, "jobs cannot be followed");
                tokio::time::sleep(WAIT).await;
            }
        }
    }
}

fn fail(record: &mut JobRecord, error: &JobError, now: DateTime<Utc>, jitter: f64) {
    record.failure = Some(error.to_string());
    if matches!(error, JobError::Dead(_)) || record.attempts >= MAX_ATTEMPTS {
        record.state = State::Dead;
    } else {
        let doubled = Duration::from_secs(1 << record.attempts.min(12));
        record.due_at = now + doubled.min(LONGEST_BACKOFF).mul_f64(jitter);
    }
}
