//! What this service hears, and what it then does.

use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use service_kit::{
    Background, Problem,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{ProductCreated, ProductUpdated, Topic, UserDeleted},
    ids::{FileId, UserId},
};

use crate::{
    domain::listing::Listing,
    error::MediaError,
    state::{MediaState, Shared},
    sweep,
};

const LISTINGS_CHANGED: Subscription =
    Subscription::to("media.products", &[Topic::ProductCreated, Topic::ProductUpdated]);
const ACCOUNTS_ERASED: Subscription = Subscription::to("media.user-deleted", &[Topic::UserDeleted]);

/// Looks for other artisans' photos that look like a new one.
pub(crate) const FIND_DUPLICATES: &str = "find-duplicates";
/// Removes what lies in the bucket of a deleted file.
pub(crate) const REMOVE_OBJECTS: &str = "remove-objects";
/// Develops an upload whose last request died.
pub(crate) const FINISH_UPLOAD: &str = "finish-upload";
/// Removes the parts of an upload that has ended.
pub(crate) const REMOVE_PARTS: &str = "remove-parts";
/// Throws a photo away unless a listing shows it: it came with one which never was, or its owner wants it to go.
pub(crate) const FORGET_UNUSED: &str = "forget-unused";
/// Makes the pictures of a photo that take long.
pub(crate) const MAKE_AVIF: &str = "make-avif";
/// Erases the files of an account, page by page.
const ERASE_FILES: &str = "erase-files";

/// Files of one commit.
const FILES_AT_ONCE: usize = 20;
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// For what takes a processor: an instance makes the pictures of one photo after the other.
const ONE_AT_A_TIME: Policy = Policy {
    lease: Duration::from_secs(30),
    patience: Duration::from_mins(30),
    attempts: 5,
    at_once: 1,
    backoff: Duration::from_secs(30),
    backoff_at_most: Duration::from_hours(1),
};

/// What a job is about.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Of {
    FileId(FileId),
    UserId(UserId),
}

impl Of {
    pub(crate) fn file(id: FileId) -> Self {
        Self::FileId(id)
    }

    pub(crate) fn into_file(self) -> Result<FileId, JobError> {
        match self {
            Self::FileId(id) => Ok(id),
            Self::UserId(_) => Err(JobError::Dead("a user is no file".into())),
        }
    }
}

/// The duties of the service.
pub(crate) fn background(state: &Shared) -> Background {
    let duty = || state.clone();
    let (listings, accounts) = (duty(), duty());
    let (alike, objects, erasure, sweeper) = (duty(), duty(), duty(), duty());
    let (finisher, parts, unused, slow) = (duty(), duty(), duty(), duty());
    Background::default()
        .consume(LISTINGS_CHANGED, move |event| {
            let state = listings.clone();
            async move { state.listing_changed(&event).await }
        })
        .consume(ACCOUNTS_ERASED, move |event| {
            let state = accounts.clone();
            async move { state.account_erased(&event) }
        })
        .run(FIND_DUPLICATES, move |job| {
            let state = alike.clone();
            async move { state.find_duplicates(&job).await }
        })
        .run(REMOVE_OBJECTS, move |job| {
            let state = objects.clone();
            async move { state.remove_objects(&job).await }
        })
        .run(ERASE_FILES, move |job| {
            let state = erasure.clone();
            async move { state.erase_files(&job).await }
        })
        .run(FINISH_UPLOAD, move |job| {
            let state = finisher.clone();
            async move { state.finish_upload(&job).await }
        })
        .run(REMOVE_PARTS, move |job| {
            let state = parts.clone();
            async move { state.remove_parts(&job).await }
        })
        .run_with(FORGET_UNUSED, Policy::UNTIL_PEERS_RETURN, move |job| {
            let state = unused.clone();
            async move { state.forget_unused(&job).await }
        })
        .run_with(MAKE_AVIF, ONE_AT_A_TIME, move |job| {
            let state = slow.clone();
            async move { state.make_avif(&job).await }
        })
        .every("media", SWEEP_EVERY, move || {
            let state = sweeper.clone();
            async move { sweep::sweep(&state).await }
        })
}

impl MediaState {
    /// Which photos a listing shows now, and whether everybody may see it.
    async fn listing_changed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let told = if event.topic == Topic::ProductCreated {
            let created: ProductCreated = event.body()?;
            (
                created.product_id,
                created.artisan_id,
                created.image_ids,
                created.status,
            )
        } else {
            let updated: ProductUpdated = event.body()?;
            (
                updated.product_id,
                updated.artisan_id,
                updated.image_ids,
                updated.status,
            )
        };
        let (id, artisan_id, image_ids, status) = told;
        let listing = Listing {
            artisan_id,
            image_ids,
            status,
            revision: event.revision,
        };
        Ok(self.files.heard(id, listing).await?)
    }

    fn account_erased(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let UserDeleted { user_id } = event.body()?;
        let mut batch = Batch::new();
        self.files.erase_account(&mut batch, user_id)?;
        self.go_on_erasing(&mut batch, user_id)?;
        Ok(batch)
    }

    async fn find_duplicates(&self, job: &Job) -> Result<Batch, JobError> {
        let mut batch = Batch::new();
        let file = job.read::<Of>()?.into_file()?;
        self.files.report_duplicates(&mut batch, file).await?;
        Ok(batch)
    }

    async fn remove_objects(&self, job: &Job) -> Result<Batch, JobError> {
        self.shelf.remove(job.read::<Of>()?.into_file()?).await?;
        Ok(Batch::new())
    }

    /// Product decides: its events may not have come yet, and what a listing shows stays.
    async fn forget_unused(&self, job: &Job) -> Result<Batch, JobError> {
        let id = job.read::<Of>()?.into_file()?;
        let mut batch = Batch::new();
        let kept = match self.files.find(id).await {
            Err(MediaError::NotFound | MediaError::Gone) => return Ok(batch),
            found => found.map_err(|error| JobError::Retry(error.to_string()))?,
        };
        let dismissed = self.dismissed(id).await;
        if dismissed.map_err(|error| JobError::Retry(error.to_string()))? {
            self.files.remove(&mut batch, &kept).await?;
        }
        Ok(batch)
    }

    async fn finish_upload(&self, job: &Job) -> Result<Batch, JobError> {
        let id = job.read::<Of>()?.into_file()?;
        match self.finish(id).await.map_err(Problem::from) {
            // That the file is no good is an end, too.
            Err(problem)
                if problem.status().is_server_error() || problem.status() == StatusCode::CONFLICT =>
            {
                Err(JobError::Retry(format!("{problem:?}")))
            }
            _ => Ok(Batch::new()),
        }
    }

    async fn remove_parts(&self, job: &Job) -> Result<Batch, JobError> {
        self.shelf.remove_parts(job.read::<Of>()?.into_file()?).await?;
        Ok(Batch::new())
    }

    /// One page. What lies in the bucket goes first: its name is known only while the document is there.
    async fn erase_files(&self, job: &Job) -> Result<Batch, JobError> {
        let Of::UserId(owner) = job.read()? else {
            return Err(JobError::Dead("a file is no user".into()));
        };
        let mut batch = Batch::new();
        let page = self.files.of_owner(owner, FILES_AT_ONCE).await?;
        for file in &page {
            self.shelf.remove(*file).await?;
            self.files.erase(&mut batch, *file).await?;
        }
        let uploads = self.uploads.of_owner(owner, FILES_AT_ONCE).await?;
        for upload in &uploads {
            self.uploads.forget(&mut batch, *upload)?;
        }
        if !page.is_empty() || !uploads.is_empty() {
            self.go_on_erasing(&mut batch, owner)?;
        }
        Ok(batch)
    }

    fn go_on_erasing(&self, batch: &mut Batch, owner: UserId) -> backends::Result<()> {
        let of = Of::UserId(owner);
        self.kit
            .jobs
            .enqueue(batch, ERASE_FILES, &owner.to_string(), &of)
            .map(drop)
    }
}
