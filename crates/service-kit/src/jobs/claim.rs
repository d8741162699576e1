//! Claiming a job, and holding on to the claim: by the job's version, which only one can replace.

use backends::{
    Error,
    documents::{Batch, Document, Store, Version},
};
use serde::Serialize;

use super::{JOBS, JobRecord, Kind, attempt::Attempt};
use crate::{
    Kit,
    hold::{Hold, Term},
};

impl Attempt {
    /// Claims a job by its version: whoever comes second loses.
    pub(super) async fn claim(kit: &Kit, kind: &Kind, document: Document) -> backends::Result<Option<Self>> {
        let record: JobRecord = match document.read() {
            Ok(record) => record,
            Err(error) => return bury(kit, document, &error).await.map(|()| None),
        };
        if record.attempts >= kind.policy.attempts {
            // Every holder died with it.
            let dead = record.dead(kit.clock.now(), "no attempt came to an end".to_owned());
            tracing::error!(
                kind = kind.name,
                id = document.id,
                "a job is dead: no attempt came to an end"
            );
            return replace(kit, &document, &dead).await.map(|()| None);
        }
        let term = Term::begin(&kit.clock, kind.policy.lease);
        let holder = kit.ids.uuid().to_string();
        let record = record.claimed(holder, term.until());
        let mut batch = Batch::new();
        batch.replace(JOBS, document.id.clone(), &document.version, &record)?;
        let version = match commit(&kit.backends.documents, batch, &document.id, &record).await {
            Ok(Some(version)) => version,
            Ok(None) | Err(Error::Contention) => return Ok(None), // another instance has it
            Err(error) => return Err(error),
        };
        Ok(Some(Self {
            kit: kit.clone(),
            kind: kind.clone(),
            id: document.id,
            record,
            version,
            term,
        }))
    }

    /// Replaces the job as this attempt knows it; nothing when it is another's.
    pub(super) async fn store(&self, record: &JobRecord) -> backends::Result<Option<Version>> {
        let mut batch = Batch::new();
        batch.replace(JOBS, self.id.clone(), &self.version, record)?;
        commit(&self.kit.backends.documents, batch, &self.id, record).await
    }
}

impl Hold for Attempt {
    fn due(&self) -> impl Future<Output = ()> + Send {
        self.term.due()
    }

    async fn renew(&mut self) -> bool {
        let term = self.term.again();
        let record = JobRecord {
            due_at: term.until(),
            ..self.record.clone()
        };
        match self.store(&record).await {
            Ok(Some(version)) => {
                (self.record, self.version, self.term) = (record, version, term);
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(kind = self.kind.name, id = self.id, %error, "a claim could not be renewed");
                self.term.failed()
            }
        }
    }
}

/// Commits one change of a job, and answers its version; nothing when somebody else changed the job.
async fn commit(
    store: &Store,
    batch: Batch,
    id: &str,
    record: &JobRecord,
) -> backends::Result<Option<Version>> {
    match store.commit(batch).await {
        Ok(()) | Err(Error::UnknownOutcome(_)) => {}
        Err(Error::Conflict(_)) => return Ok(None),
        Err(error) => return Err(error),
    }
    let Some(document) = store.get(JOBS, id).await? else {
        return Ok(None);
    };
    let stored: JobRecord = document.read()?;
    let ours =
        stored.holder == record.holder && stored.due_at == record.due_at && stored.state == record.state;
    Ok(ours.then_some(document.version))
}

/// Sets a job aside that cannot be read, so that it is not looked at again and again.
async fn bury(kit: &Kit, document: Document, error: &Error) -> backends::Result<()> {
    tracing::error!(service = kit.service.name, id = document.id, %error, "a job cannot be read");
    let mut body = document.body.clone();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("state".into(), "dead".into());
        fields.insert("failure".into(), error.to_string().into());
    }
    replace(kit, &document, &body).await
}

async fn replace(kit: &Kit, document: &Document, body: &impl Serialize) -> backends::Result<()> {
    let mut batch = Batch::new();
    batch.replace(JOBS, document.id.clone(), &document.version, body)?;
    match kit.backends.documents.commit(batch).await {
        Err(Error::Conflict(_)) => Ok(()), // another instance did it
        other => other,
    }
}
