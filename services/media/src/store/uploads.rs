use backends::documents::{Batch, Direction, Document, Filter, Precondition, Query, Store};
use chrono::{DateTime, Duration, Utc};
use service_kit::{Kit, jobs::Jobs};
use shared_models::ids::{FileId, UserId};

use super::{Kept, UPLOADS};
use crate::{
    domain::upload::{Stage, Upload},
    error::MediaError,
    events::{FINISH_UPLOAD, Of, REMOVE_PARTS},
};

/// The request that brought the last part develops it; a job does when that request died.
const GRACE: Duration = Duration::minutes(1);

/// Uploads under way.
pub(crate) struct Uploads {
    store: Store,
    jobs: Jobs,
    clock: backends::Clock,
}

impl Uploads {
    pub(crate) fn new(kit: &Kit) -> Self {
        Self {
            store: kit.backends.documents.clone(),
            jobs: kit.jobs.clone(),
            clock: kit.clock.clone(),
        }
    }

    /// An upload of `owner`; gone when its time is up.
    pub(crate) async fn owned_by(&self, owner: UserId, id: FileId) -> Result<Kept<Upload>, MediaError> {
        let kept = self.find(id).await?.ok_or(MediaError::NoUpload)?;
        if kept.value.owner_id != owner {
            return Err(MediaError::NoUpload);
        }
        if kept.value.expires_at <= self.clock.now() {
            return Err(MediaError::UploadExpired);
        }
        Ok(kept)
    }

    pub(crate) async fn find(&self, id: FileId) -> backends::Result<Option<Kept<Upload>>> {
        let document = self.store.get(UPLOADS, &id.to_string()).await?;
        document
            .map(|document| {
                Ok(Kept {
                    value: document.read()?,
                    version: document.version,
                })
            })
            .transpose()
    }

    pub(crate) fn create(batch: &mut Batch, upload: &Upload) -> backends::Result<()> {
        batch.create(UPLOADS, upload.id.to_string(), upload).map(drop)
    }

    /// Counts one more part. A conflict means that somebody else sends parts of it, too.
    pub(crate) async fn lengthen(
        &self,
        kept: &Kept<Upload>,
        part: String,
        size: u64,
    ) -> Result<Kept<Upload>, MediaError> {
        let longer = kept.value.with(part, size);
        let id = longer.id.to_string();
        let mut batch = Batch::new();
        batch.replace(UPLOADS, &id, &kept.version, &longer)?;
        if longer.is_whole() {
            let due = self.clock.now() + GRACE;
            let of = Of::file(longer.id);
            self.jobs.enqueue_at(&mut batch, FINISH_UPLOAD, &id, due, &of)?;
        }
        match self.store.commit(batch).await {
            Err(error) if error.is_conflict() => return Err(MediaError::Offset),
            outcome => outcome?,
        }
        self.find(longer.id).await?.ok_or(MediaError::NoUpload)
    }

    /// Adds its end to `batch`, and that its parts go.
    pub(crate) fn end(&self, batch: &mut Batch, kept: &Kept<Upload>, stage: Stage) -> backends::Result<()> {
        let ended = kept.value.ended(stage);
        let id = ended.id.to_string();
        batch.replace(UPLOADS, &id, &kept.version, &ended)?;
        self.jobs
            .enqueue(batch, REMOVE_PARTS, &id, &Of::file(ended.id))
            .map(drop)
    }

    /// Forgets an upload, and that its parts go.
    pub(crate) fn forget(&self, batch: &mut Batch, id: FileId) -> backends::Result<()> {
        batch.delete(UPLOADS, id.to_string(), Precondition::None);
        self.jobs
            .enqueue(batch, REMOVE_PARTS, &id.to_string(), &Of::file(id))
            .map(drop)
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), MediaError> {
        Ok(self.store.commit(batch).await?)
    }

    /// Some uploads of an account.
    pub(crate) async fn of_owner(&self, owner: UserId, most: usize) -> backends::Result<Vec<FileId>> {
        let query = Query::all(UPLOADS)
            .equals("owner_id", owner.to_string())
            .limit(most);
        Ok(ids(&self.store.query(&query).await?))
    }

    /// Some uploads whose time is up.
    pub(crate) async fn expired(&self, now: DateTime<Utc>, most: usize) -> Result<Vec<FileId>, MediaError> {
        let query = Query::all(UPLOADS)
            .ordered("expires_at", Direction::Ascending)
            .filter(Filter::Below("expires_at".into(), serde_json::to_value(now)?))
            .limit(most);
        Ok(ids(&self.store.query(&query).await?))
    }
}

fn ids(found: &[Document]) -> Vec<FileId> {
    found
        .iter()
        .filter_map(|document| document.id.parse().ok())
        .collect()
}
