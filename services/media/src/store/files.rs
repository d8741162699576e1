use backends::{
    Clock,
    documents::{Batch, Document, Precondition, Query, Store, Version},
};
use chrono::Duration;
use images::Likeness;
use serde_json::json;
use service_kit::{
    Kit,
    jobs::{Jobs, State},
    outbox::Outbox,
};
use shared_models::{
    events::MediaUploaded,
    ids::{FileId, JobId, ProductId, UserId},
};

use super::{ERASED, FILES, LISTINGS, LOOKS};
use crate::{
    domain::{
        file::{File, Stored},
        likeness::Looks,
        listing::Listing,
    },
    error::MediaError,
    events::{FIND_DUPLICATES, FORGET_UNUSED, MAKE_AVIF, Of, REMOVE_OBJECTS},
};

/// The request that deletes a photo asks product and does it; a job does when that request died.
const GRACE: Duration = Duration::minutes(1);
/// Pictures by name.
pub(crate) type Made = Vec<(String, Stored)>;

/// Somebody else may write the same photo at the same time.
const ROUNDS: usize = 5;

/// Photos and the listings that show them.
pub(crate) struct Files {
    pub(super) store: Store,
    pub(super) clock: Clock,
    outbox: Outbox,
    jobs: Jobs,
    /// Whether new photos get pictures as AVIF.
    avif: bool,
}

/// What is stored, and its version.
#[derive(Debug, Clone)]
pub(crate) struct Kept<T> {
    pub(crate) value: T,
    pub(crate) version: Version,
}

impl Files {
    pub(crate) fn new(kit: &Kit, avif: bool) -> Self {
        Self {
            store: kit.backends.documents.clone(),
            clock: kit.clock.clone(),
            outbox: kit.outbox.clone(),
            jobs: kit.jobs.clone(),
            avif,
        }
    }

    /// A photo. A deleted one is gone.
    pub(crate) async fn find(&self, id: FileId) -> Result<Kept<File>, MediaError> {
        let document = self.store.get(FILES, &id.to_string()).await?;
        let document = document.ok_or(MediaError::NotFound)?;
        if is_deleted(&document) {
            return Err(MediaError::Gone);
        }
        Ok(Kept {
            value: document.read()?,
            version: document.version,
        })
    }

    /// Several photos in the order of their ids; what is not there is left out.
    pub(crate) async fn all(&self, ids: &[FileId]) -> Result<Vec<File>, MediaError> {
        let mut files = Vec::with_capacity(ids.len());
        for id in ids {
            match self.find(*id).await {
                Ok(kept) => files.push(kept.value),
                Err(MediaError::NotFound | MediaError::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(files)
    }

    /// A photo that `owner` may change. Others are told no more than that it is not theirs, and that only
    /// when everybody may see it.
    pub(crate) async fn owned_by(&self, owner: UserId, id: FileId) -> Result<Kept<File>, MediaError> {
        let kept = self.find(id).await?;
        if kept.value.owner_id == owner {
            return Ok(kept);
        }
        if self.is_public(&kept.value).await? {
            return Err(MediaError::NotYours);
        }
        Err(MediaError::NotFound)
    }

    /// Whether `owner` deleted the photo before.
    pub(crate) async fn was_deleted_by(&self, owner: UserId, id: FileId) -> Result<bool, MediaError> {
        let document = self.store.get(FILES, &id.to_string()).await?;
        let hers = |document: &Document| document.body["deleted_by"] == json!(owner);
        Ok(document.is_some_and(|document| is_deleted(&document) && hers(&document)))
    }

    /// Whether a file of this id is or was here.
    pub(crate) async fn is_known(&self, id: FileId) -> backends::Result<bool> {
        Ok(self
            .store
            .get(FILES, &id.to_string())
            .await?
            .is_some_and(|document| !is_deleted(&document)))
    }

    /// Adds a photo to `batch`, with what is to be done and told because of it.
    pub(crate) fn add(
        &self,
        batch: &mut Batch,
        file: &File,
        likeness: Option<&Likeness>,
    ) -> backends::Result<()> {
        batch.create(FILES, file.id.to_string(), file)?;
        if let Some(likeness) = likeness {
            let looks = Looks::of(file.id, file.owner_id, likeness);
            batch.create(LOOKS, file.id.to_string(), &looks)?;
            let of = Of::file(file.id);
            self.jobs
                .enqueue(batch, FIND_DUPLICATES, &file.id.to_string(), &of)?;
        }
        if self.avif {
            let of = Of::file(file.id);
            self.jobs.enqueue(batch, MAKE_AVIF, &file.id.to_string(), &of)?;
        }
        let side = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let uploaded = MediaUploaded {
            file_id: file.id,
            artisan_id: file.owner_id,
            content_type: file
                .original()
                .map_or_else(String::new, |stored| stored.content_type.clone()),
            width: side(file.width),
            height: side(file.height),
        };
        self.outbox.emit(batch, file.id, 1, &uploaded)
    }

    /// Lets `batch` be committed only while the account is there.
    pub(crate) fn while_known(batch: &mut Batch, owner: UserId) {
        batch.check(ERASED, owner.to_string(), Precondition::Absent);
    }

    pub(crate) async fn is_erased(&self, owner: UserId) -> backends::Result<bool> {
        Ok(self.store.get(ERASED, &owner.to_string()).await?.is_some())
    }

    /// Adds to `batch` that the account is there no more.
    pub(crate) fn erase_account(&self, batch: &mut Batch, owner: UserId) -> backends::Result<()> {
        batch
            .put(ERASED, owner.to_string(), &json!({ "at": self.clock.now() }))
            .map(drop)
    }

    /// Adds pictures, which lie in the bucket, to a photo as it is now.
    pub(crate) async fn add_pictures(&self, id: FileId, made: Made) -> Result<File, MediaError> {
        let mut round = 1;
        loop {
            let kept = self.find(id).await?;
            let mut file = kept.value.clone();
            file.pictures.extend(made.iter().cloned());
            if file == kept.value {
                return Ok(file);
            }
            let mut batch = Batch::new();
            batch.replace(FILES, id.to_string(), &kept.version, &file)?;
            match self.commit(batch).await {
                Ok(()) => return Ok(file),
                Err(MediaError::Backend(error)) if error.is_conflict() && round < ROUNDS => round += 1,
                Err(error) => return Err(error),
            }
        }
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), MediaError> {
        Ok(self.store.commit(batch).await?)
    }

    /// Writes that a photo is to be deleted unless a listing shows it: a job does so when nobody did before.
    pub(crate) async fn intend_to_delete(&self, id: FileId) -> backends::Result<JobId> {
        let mut batch = Batch::new();
        let due = self.clock.now() + GRACE;
        let job = self
            .jobs
            .enqueue_at(&mut batch, FORGET_UNUSED, &id.to_string(), due, &Of::file(id))?;
        self.store.commit(batch).await?;
        Ok(job)
    }

    /// Takes that back.
    pub(crate) async fn rather_not_delete(&self, job: JobId) -> backends::Result<()> {
        let mut batch = Batch::new();
        self.cancel(&mut batch, job).await?;
        match self.store.commit(batch).await {
            Err(error) if error.is_conflict() => Ok(()), // it is due, and finds the listing, too
            outcome => outcome,
        }
    }

    async fn cancel(&self, batch: &mut Batch, job: JobId) -> backends::Result<()> {
        if let Some((record, version)) = self.jobs.find(job).await?
            && record.state == State::Waiting
        {
            self.jobs.cancel(batch, job, version);
        }
        Ok(())
    }

    /// Deletes a photo that no listing can show any more, as this job would, unless somebody else just did.
    pub(crate) async fn delete(&self, id: FileId, job: JobId) -> Result<(), MediaError> {
        let mut round = 1;
        loop {
            let mut batch = Batch::new();
            self.cancel(&mut batch, job).await?;
            match self.find(id).await {
                Err(MediaError::NotFound | MediaError::Gone) => {}
                found => self.remove(&mut batch, &found?).await?,
            }
            match self.commit(batch).await {
                // More pictures were made of it meanwhile.
                Err(MediaError::Backend(error)) if error.is_conflict() && round < ROUNDS => round += 1,
                outcome => return outcome,
            }
        }
    }

    /// Adds to `batch` that a photo goes; what lies in the bucket does so soon after.
    pub(crate) async fn remove(&self, batch: &mut Batch, kept: &Kept<File>) -> backends::Result<()> {
        let file = &kept.value;
        let id = file.id.to_string();
        let gone = json!({ "deleted_by": file.owner_id, "deleted_at": self.clock.now() });
        batch.replace(FILES, &id, &kept.version, &gone)?;
        self.forget_looks(batch, file.id).await?;
        self.jobs
            .enqueue(batch, REMOVE_OBJECTS, &id, &Of::file(file.id))
            .map(drop)
    }

    /// Adds to `batch` that a photo was never here.
    pub(crate) async fn erase(&self, batch: &mut Batch, file: FileId) -> backends::Result<()> {
        batch.delete(FILES, file.to_string(), Precondition::None);
        self.forget_looks(batch, file).await
    }

    /// Some photos of an account.
    pub(crate) async fn of_owner(&self, owner: UserId, most: usize) -> backends::Result<Vec<FileId>> {
        let query = Query::all(FILES)
            .equals("owner_id", owner.to_string())
            .limit(most);
        let found = self.store.query(&query).await?;
        Ok(found
            .iter()
            .filter_map(|document| document.id.parse().ok())
            .collect())
    }

    /// Whether a listing that everybody may see shows the photo.
    pub(crate) async fn is_public(&self, file: &File) -> backends::Result<bool> {
        Ok(self.shown_by(file).await?.iter().any(Listing::is_public))
    }

    /// Whether any listing shows it, drafts among them.
    pub(crate) async fn is_used(&self, file: &File) -> backends::Result<bool> {
        Ok(!self.shown_by(file).await?.is_empty())
    }

    /// Listings of the owner that show the photo: naming another's photo makes nothing public.
    async fn shown_by(&self, file: &File) -> backends::Result<Vec<Listing>> {
        let query = Query::all(LISTINGS)
            .equals("artisan_id", file.owner_id.to_string())
            .contains("image_ids", file.id.to_string())
            .limit(100);
        let found = self.store.query(&query).await?;
        found.iter().map(Document::read).collect()
    }

    /// What an event said of a listing, unless a later one was heard.
    pub(crate) async fn heard(&self, id: ProductId, listing: Listing) -> backends::Result<Batch> {
        let mut batch = Batch::new();
        let known = self.store.get(LISTINGS, &id.to_string()).await?;
        let (when, before) = match &known {
            None => (Precondition::Absent, None),
            Some(document) => {
                let before: Listing = document.read()?;
                (
                    Precondition::Version(document.version.clone()),
                    Some(before.revision),
                )
            }
        };
        if before.is_none_or(|before| before < listing.revision) {
            batch.write(LISTINGS, id.to_string(), when, &listing.heard())?;
        }
        Ok(batch)
    }
}

fn is_deleted(document: &Document) -> bool {
    document.body.get("deleted_at").is_some()
}
