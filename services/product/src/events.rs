//! What this service hears, and what it then does page by page.

use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use serde::{Deserialize, Serialize};
use service_kit::{
    Background,
    inbox::ConsumeError,
    jobs::{Job, JobError},
};
use shared_models::{
    events::{Topic, UserDeleted, UserUpdated},
    ids::UserId,
};

use crate::state::{ProductState, Shared};

const ACCOUNTS_CHANGED: Subscription = Subscription::to("product.user-updated", &[Topic::UserUpdated]);
const ACCOUNTS_ERASED: Subscription = Subscription::to("product.user-deleted", &[Topic::UserDeleted]);

/// Hides or shows the listings of an artisan.
const WITHHOLD: &str = "withhold-listings";
const ERASE_LISTINGS: &str = "erase-listings";
const ERASE_LIKES: &str = "erase-likes";

/// Listings of one commit: together they stay below its 4 MiB.
const LISTINGS_AT_ONCE: usize = 10;
const LIKES_AT_ONCE: usize = 200;
const SWEEP_EVERY: Duration = Duration::from_hours(1);

/// Whose listings or likes.
#[derive(Debug, Serialize, Deserialize)]
struct Of {
    user_id: UserId,
}

/// The duties of the service.
pub(crate) fn background(state: &Shared) -> Background {
    let duty = || state.clone();
    let (changed, erased) = (duty(), duty());
    let (withhold, listings, likes, sweeper) = (duty(), duty(), duty(), duty());
    Background::default()
        .consume(ACCOUNTS_CHANGED, move |event| {
            let state = changed.clone();
            async move { state.account_changed(&event).await }
        })
        .consume(ACCOUNTS_ERASED, move |event| {
            let state = erased.clone();
            async move { state.account_erased(&event).await }
        })
        .run(WITHHOLD, move |job| {
            let state = withhold.clone();
            async move { state.withhold(&job).await }
        })
        .run(ERASE_LISTINGS, move |job| {
            let state = listings.clone();
            async move { state.erase_listings(&job).await }
        })
        .every("dismissals", SWEEP_EVERY, move || {
            let state = sweeper.clone();
            async move { Ok(state.dismissals.sweep().await?) }
        })
        .run(ERASE_LIKES, move |job| {
            let state = likes.clone();
            async move { state.erase_likes(&job).await }
        })
}

impl ProductState {
    async fn account_changed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let UserUpdated {
            user_id, suspended, ..
        } = event.body()?;
        let known = self.accounts.find(user_id).await?;
        let mut batch = Batch::new();
        let Some(account) = known.account.heard(suspended, event.revision) else {
            return Ok(batch);
        };
        known.becomes(&mut batch, &account)?;
        if known.account.suspended != suspended {
            self.then(&mut batch, WITHHOLD, user_id)?;
        }
        Ok(batch)
    }

    async fn account_erased(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let UserDeleted { user_id } = event.body()?;
        let known = self.accounts.find(user_id).await?;
        let mut batch = Batch::new();
        known.becomes(&mut batch, &known.account.erased())?;
        self.then(&mut batch, ERASE_LISTINGS, user_id)?;
        self.then(&mut batch, ERASE_LIKES, user_id)?;
        Ok(batch)
    }

    /// One page; the account says now what to do, whatever the event said that began it.
    async fn withhold(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { user_id } = job.read()?;
        let withheld = self.accounts.find(user_id).await?.account.suspended;
        let page = self
            .listings
            .to_withhold(user_id, withheld, LISTINGS_AT_ONCE)
            .await?;
        let mut batch = Batch::new();
        for kept in &page {
            if let Some(changed) = kept.value.withheld(withheld) {
                self.listings.change(&mut batch, &kept.version, &changed)?;
            }
        }
        if !page.is_empty() {
            self.then(&mut batch, WITHHOLD, user_id)?;
        }
        Ok(batch)
    }

    async fn erase_listings(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { user_id } = job.read()?;
        let page = self.listings.of_artisan(user_id, LISTINGS_AT_ONCE).await?;
        let mut batch = Batch::new();
        for kept in &page {
            self.listings.erase(&mut batch, kept, self.kit.clock.now())?;
        }
        if !page.is_empty() {
            self.then(&mut batch, ERASE_LISTINGS, user_id)?;
        }
        Ok(batch)
    }

    async fn erase_likes(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { user_id } = job.read()?;
        let mut batch = Batch::new();
        if self.likes.forget(&mut batch, user_id, LIKES_AT_ONCE).await? {
            self.then(&mut batch, ERASE_LIKES, user_id)?;
        }
        Ok(batch)
    }

    /// Goes on in a job of its own, begun by the commit of this one.
    fn then(&self, batch: &mut Batch, kind: &str, user_id: UserId) -> backends::Result<()> {
        let whose = Of { user_id };
        self.kit
            .jobs
            .enqueue(batch, kind, &user_id.to_string(), &whose)
            .map(drop)
    }
}
