//! The job: looks at a listing as it is now, and tells what was made of it.

use std::time::Duration;

use backends::documents::Batch;
use bytes::Bytes;
use images::Likeness;
use serde::{Deserialize, Serialize};
use service_client::{Call, CallContext, ClientError, Service};
use service_kit::jobs::{Job, JobError, Policy};
use shared_models::{
    events::MlAnalysisCompleted,
    ids::{FileId, ProductId},
    ml::{AiAnalysis, ListingAnalysis},
    product::{ListingFacts, ProductStatus},
    text::Localized,
};

use crate::{
    error::MlError,
    gallery::Example,
    photos::Print,
    providers::LOCAL,
    state::MlState,
    vision::{self, Seen},
};

/// The kind of the job.
pub(crate) const ANALYSE: &str = "analyse-listing";

/// Which listing a job is about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Of {
    pub(crate) product_id: ProductId,
}

/// Peers may be away for days; when they return, this is how late an analysis comes at most.
pub(crate) const UNTIL_PEERS_RETURN: Policy = Policy {
    lease: Duration::from_secs(30),
    patience: Duration::from_mins(2),
    attempts: 100_000,
    at_once: 4,
    backoff: Duration::from_millis(500),
    backoff_at_most: Duration::from_secs(15),
};
/// For one call to a peer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The first photo of a listing, and what was seen on it.
struct Photo {
    file: FileId,
    seen: Seen,
    likeness: Option<Likeness>,
}

impl MlState {
    /// One attempt. It may be repeated: what was made before is not told again.
    pub(crate) async fn analyse(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { product_id } = job.read()?;
        let mut batch = Batch::new();
        let known = self.analyses.find(product_id).await?;
        let facts = self.facts(product_id).await?;
        let Some(facts) = facts.filter(|facts| facts.status != ProductStatus::Deleted) else {
            known.is_forgotten(&mut batch, product_id);
            Example::forget(&mut batch, product_id);
            return Ok(batch);
        };
        let newest = known.analysis.as_ref().map(|analysis| analysis.listing_version);
        if newest.is_some_and(|newest| newest > facts.version) {
            return Ok(batch); // another job has seen a later edit
        }
        let photo = self.photo_of(&facts).await?;
        Self::confirm(&mut batch, &facts, photo.as_ref())?;
        let analysis = self.made_of(&facts, photo.as_ref());
        if !known.says(&analysis) {
            known.becomes(&mut batch, &analysis)?;
            let completed = MlAnalysisCompleted {
                product_id,
                listing_version: i32::try_from(facts.version).unwrap_or(i32::MAX),
            };
            self.kit
                .outbox
                .emit(&mut batch, product_id, facts.sequence, &completed)?;
        }
        Ok(batch)
    }

    fn made_of(&self, facts: &ListingFacts, photo: Option<&Photo>) -> ListingAnalysis {
        let seen = photo.map(|photo| {
            let verdict = self.gallery.recognise(&photo.seen.features, Some(facts.id));
            photo.seen.analysis(&verdict)
        });
        ListingAnalysis {
            product_id: facts.id,
            listing_version: facts.version,
            ai_analysis: seen.unwrap_or_else(|| AiAnalysis {
                method: "no photo to look at".to_owned(),
                ..AiAnalysis::default()
            }),
            descriptions: Localized::default(),
            seo_keywords: Vec::new(),
            provider: LOCAL.to_owned(),
            analyzed_at: self.kit.clock.now(),
        }
    }

    /// A public listing with a photo confirms what such a piece is called.
    fn confirm(batch: &mut Batch, facts: &ListingFacts, photo: Option<&Photo>) -> backends::Result<()> {
        let Some(photo) = photo.filter(|_| facts.status.is_public()) else {
            Example::forget(batch, facts.id);
            return Ok(());
        };
        let example = Example {
            artisan_id: facts.artisan_id,
            file_id: photo.file,
            category: facts.category.clone(),
            subcategory: facts.subcategory.clone(),
            features: photo.seen.features.clone(),
            hashes: photo.likeness.map(Example::hashes),
        };
        example.keep(batch, facts.id)
    }

    /// The listing as it is now; nothing when it is gone.
    async fn facts(&self, id: ProductId) -> Result<Option<ListingFacts>, JobError> {
        match self.kit.peers.product().facts(&self.call(), id).await {
            Ok(facts) => Ok(Some(facts)),
            Err(error) if error.refused_with() == Some(404) => Ok(None),
            Err(error) => Err(later(&error)),
        }
    }

    /// What is seen on the first photo that is there and can be read.
    async fn photo_of(&self, facts: &ListingFacts) -> Result<Option<Photo>, JobError> {
        for file in &facts.image_ids {
            let Some(bytes) = self.bytes_of(*file).await? else {
                continue;
            };
            let work = |print: &Print| (vision::look(&print.raster), print.likeness);
            match self.darkroom.look("photo", bytes, work).await {
                Ok((seen, likeness)) => {
                    return Ok(Some(Photo {
                        file: *file,
                        seen,
                        likeness,
                    }));
                }
                Err(MlError::Photo { refusal, .. }) => {
                    tracing::warn!(%file, %refusal, "a photo of media cannot be read");
                }
                Err(error) => return Err(JobError::Retry(error.to_string())),
            }
        }
        Ok(None)
    }

    async fn bytes_of(&self, file: FileId) -> Result<Option<Bytes>, JobError> {
        let path = [
            "internal".to_owned(),
            "media".to_owned(),
            file.to_string(),
            "small".to_owned(),
        ];
        match self
            .kit
            .peers
            .send(&self.call(), &Call::get(Service::Media, path))
            .await
        {
            Ok(answer) => Ok(Some(answer.body)),
            Err(error) if matches!(error.refused_with(), Some(404 | 410)) => Ok(None),
            Err(error) => Err(later(&error)),
        }
    }

    fn call(&self) -> CallContext {
        self.kit.call(PATIENCE)
    }
}

fn later(error: &ClientError) -> JobError {
    JobError::Retry(error.to_string())
}
