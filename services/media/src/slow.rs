//! Pictures as AVIF, made after the upload was answered, when a setting wants them.

use std::sync::Arc;

use backends::documents::Batch;
use images::{Refusal, Slow};
use service_kit::jobs::{Job, JobError};
use shared_models::ids::FileId;

use crate::{error::MediaError, events::Of, state::MediaState, store::Made};

impl MediaState {
    /// Makes what is not there yet. A photo that was deleted meanwhile needs nothing.
    pub(crate) async fn make_avif(&self, job: &Job) -> Result<Batch, JobError> {
        let file = job.read::<Of>()?.into_file()?;
        match self.add_avif(file).await {
            Ok(()) | Err(MediaError::NotFound | MediaError::Gone) => Ok(Batch::new()),
            // What was developed before is always readable: another try changes nothing.
            Err(error @ MediaError::Refused { .. }) => Err(JobError::Dead(error.to_string())),
            Err(error) => Err(JobError::Retry(error.to_string())),
        }
    }

    async fn add_avif(&self, id: FileId) -> Result<(), MediaError> {
        let file = self.files.find(id).await?.value;
        let wanted = Slow::ALL
            .into_iter()
            .filter(|slow| !file.pictures.contains_key(slow.name));
        let wanted: Vec<Slow> = wanted.collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let refused = |refusal: Refusal| MediaError::Refused {
            field: "the original".to_owned(),
            refusal,
        };
        let hand = self.studio.hand().await?;
        let original = self.shelf.original(id).await?;
        let proof = self.studio.proof(hand, original).await?;
        let proof = Arc::new(proof.map_err(refused)?);
        let mut made = Made::new();
        for slow in wanted {
            let picture = self.studio.picture(&proof, slow).await?.map_err(refused)?;
            made.push((
                slow.name.to_owned(),
                self.shelf.put(id, slow.name, &picture).await?,
            ));
        }
        self.files.add_pictures(id, made).await.map(drop)
    }
}
