//! Photos that media throws away. Whether a listing comes first or the end of its photo is decided here, where
//! listings are committed: a commit that shows a photo demands that nobody is dismissing it, and who dismisses it looks
//! for listings only after that is written.

use std::collections::BTreeSet;

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Index, Precondition, Store, time},
};
use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use service_kit::idempotency::forget_expired;
use shared_models::ids::FileId;
use uuid::Uuid;

const NAME: &str = "dismissals";

/// One document for each photo that was or is to be thrown away.
pub(super) const DISMISSALS: Collection = Collection {
    name: NAME,
    indexes: &[Index::on(&[]).by("expires_at", Direction::Ascending)],
    followed: false,
};

/// Far longer than any request takes that saw the photo at media before it went.
const KEPT: Duration = Duration::days(1);

/// Who dismisses a photo: somebody who is still looking for listings, or found none.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Dismissal {
    askers: BTreeSet<Uuid>,
    #[serde(with = "time")]
    expires_at: DateTime<Utc>,
}

/// Dismissals in the store.
pub(crate) struct Dismissals {
    store: Store,
    clock: Clock,
}

impl Dismissals {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Lets `batch` be committed only while nobody dismisses these photos.
    pub(crate) fn nobody_dismisses(batch: &mut Batch, photos: &[FileId]) {
        for photo in photos.iter().collect::<BTreeSet<_>>() {
            batch.check(NAME, photo.to_string(), Precondition::Absent);
        }
    }

    /// Which of these photos somebody dismisses or has dismissed.
    pub(crate) async fn among(&self, photos: &[FileId]) -> backends::Result<BTreeSet<FileId>> {
        let ids: Vec<String> = photos.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let found = self.store.get_many(NAME, &ids).await?;
        Ok(found
            .iter()
            .filter_map(|document| document.id.parse().ok())
            .collect())
    }

    /// From now on no commit shows the photo. One attempt: others may dismiss it, too.
    pub(crate) async fn begin(&self, photo: FileId, asker: Uuid) -> backends::Result<()> {
        let (version, mut askers) = self.find(photo).await?;
        askers.insert(asker);
        self.write(photo, version, askers).await
    }

    /// This asker found a listing. One attempt: others may have found none, and theirs holds.
    pub(crate) async fn give_up(&self, photo: FileId, asker: Uuid) -> backends::Result<()> {
        let (version, mut askers) = self.find(photo).await?;
        if !askers.remove(&asker) {
            return Ok(());
        }
        self.write(photo, version, askers).await
    }

    async fn find(&self, photo: FileId) -> backends::Result<(Precondition, BTreeSet<Uuid>)> {
        let Some(document) = self.store.get(NAME, &photo.to_string()).await? else {
            return Ok((Precondition::Absent, BTreeSet::new()));
        };
        let known: Dismissal = document.read()?;
        Ok((Precondition::Version(document.version), known.askers))
    }

    async fn write(&self, photo: FileId, when: Precondition, askers: BTreeSet<Uuid>) -> backends::Result<()> {
        let (mut batch, id) = (Batch::new(), photo.to_string());
        if askers.is_empty() {
            batch.delete(NAME, id, when);
        } else {
            let expires_at = self.clock.now() + KEPT;
            batch.write(NAME, id, when, &Dismissal { askers, expires_at })?;
        }
        self.store.commit(batch).await
    }

    /// Forgets those of a day ago.
    pub(crate) async fn sweep(&self) -> backends::Result<()> {
        forget_expired(&self.store, NAME, self.clock.now()).await
    }
}
