//! What nobody refers to, because somebody died between the bucket and the commit, is removed a day later.

use backends::documents::Batch;
use chrono::{DateTime, Duration, Utc};
use service_kit::Problem;

use crate::{domain::upload::Upload, error::MediaError, state::MediaState};

/// Longer than any upload takes.
const UNREFERENCED: Duration = Duration::hours(24);

pub(crate) async fn sweep(state: &MediaState) -> Result<(), Problem> {
    let time = state.kit.clock.now() - UNREFERENCED;
    state.shelf.sweep_incoming(time).await?;
    forget_expired(state).await?;
    sweep_parts(state, time).await?;
    let mut after = None;
    loop {
        let (files, last) = state.shelf.files_before(time, after.as_deref()).await?;
        for file in files {
            if !state.files.is_known(file).await? {
                state.shelf.remove(file).await?;
            }
        }
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}

/// Uploads of one commit.
const UPLOADS_AT_ONCE: usize = 100;

/// Uploads that nobody went on with for seven days.
async fn forget_expired(state: &MediaState) -> Result<(), MediaError> {
    loop {
        let now = state.kit.clock.now();
        let expired = state.uploads.expired(now, UPLOADS_AT_ONCE).await?;
        if expired.is_empty() {
            return Ok(());
        }
        let mut batch = Batch::new();
        for id in expired {
            state.uploads.forget(&mut batch, id)?;
        }
        state.uploads.commit(batch).await?;
    }
}

/// Parts that came too late to count. Those of an upload that goes on stay, whatever their age.
async fn sweep_parts(state: &MediaState, time: DateTime<Utc>) -> Result<(), MediaError> {
    let mut after = None;
    loop {
        let (uploads, last) = state.shelf.uploads_before(time, after.as_deref()).await?;
        for id in uploads {
            let upload = state.uploads.find(id).await?.map(|kept| kept.value);
            if upload.is_none_or(|upload: Upload| upload.parts.is_empty()) {
                state.shelf.remove_parts(id).await?;
            }
        }
        if last.is_none() {
            return Ok(());
        }
        after = last;
    }
}
