//! The job: looks at a listing as it is now, and tells what was made of it.

use backends::documents::Batch;
use serde::{Deserialize, Serialize};
use service_kit::jobs::{Job, JobError, Policy};
use shared_models::{
    events::MlAnalysisCompleted,
    ids::ProductId,
    ml::{AiAnalysis, ListingAnalysis},
    product::{ListingFacts, ProductStatus},
    text::Localized,
};

use crate::{
    error::MlError,
    gallery::Example,
    listings::Photo,
    providers::{LOCAL, Prompt, Spoken},
    state::MlState,
    words::{self, Facts},
};

/// The kind of the job.
pub(crate) const ANALYSE: &str = "analyse-listing";

/// Which listing a job is about.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Of {
    pub(crate) product_id: ProductId,
}

/// An analysis decodes photos: fewer of them at once than of other work.
pub(crate) const FEW_UNTIL_PEERS_RETURN: Policy = Policy {
    at_once: 4,
    ..Policy::UNTIL_PEERS_RETURN
};
/// Of six descriptions.
const TOKENS: u32 = 4_000;

impl MlState {
    /// One attempt. It may be repeated: what was made before is not told again.
    pub(crate) async fn analyse(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { product_id } = job.read()?;
        let mut batch = Batch::new();
        let known = self.analyses.find(product_id).await?;
        let listing = self.listing(product_id).await.map_err(later)?;
        let Some(listing) = listing.filter(|listing| listing.status != ProductStatus::Deleted) else {
            known.is_forgotten(&mut batch, product_id);
            Example::forget(&mut batch, product_id);
            return Ok(batch);
        };
        let newest = known.analysis.as_ref();
        if newest.is_some_and(|newest| newest.listing_version > listing.version) {
            return Ok(batch); // another job has seen a later edit
        }
        let photo = self.first_photo(&listing).await.map_err(later)?;
        confirm(&mut batch, &listing, photo.as_ref())?;
        let analysis = self.made_of(&listing, photo.as_ref(), newest).await;
        if !known.says(&analysis) {
            known.becomes(&mut batch, &analysis)?;
            let completed = MlAnalysisCompleted {
                product_id,
                listing_version: i32::try_from(listing.version).unwrap_or(i32::MAX),
            };
            let outbox = &self.kit.outbox;
            outbox.emit(&mut batch, product_id, listing.sequence, &completed)?;
        }
        Ok(batch)
    }

    async fn made_of(
        &self,
        listing: &ListingFacts,
        photo: Option<&Photo>,
        before: Option<&ListingAnalysis>,
    ) -> ListingAnalysis {
        let facts = Facts::from(listing);
        // A model writes differently each time: what it wrote of this version stays.
        let before =
            before.filter(|before| before.listing_version == listing.version && before.provider != LOCAL);
        let (descriptions, provider) = match before {
            Some(before) => (before.descriptions.clone(), before.provider.clone()),
            None => self.described(&facts).await,
        };
        let nothing = || AiAnalysis {
            method: "no photo to look at".to_owned(),
            ..AiAnalysis::default()
        };
        ListingAnalysis {
            product_id: listing.id,
            listing_version: listing.version,
            ai_analysis: photo.map_or_else(nothing, |photo| self.analysis_of(listing, photo)),
            descriptions,
            seo_keywords: words::keywords(&facts),
            provider,
            analyzed_at: self.kit.clock.now(),
        }
    }

    /// In six languages: by a language model where one is chosen and keeps to the facts, else from the facts here.
    pub(crate) async fn described(&self, facts: &Facts) -> (Localized, String) {
        let prompt = Prompt {
            system: "You write plainly and say only what you are told.".to_owned(),
            user: words::prompt(facts),
            tokens: TOKENS,
        };
        if let Some(Spoken { what, provider }) = self.providers.text(&prompt).await {
            match words::accept(facts, &what) {
                Ok(descriptions) => return (descriptions.texts, provider.to_owned()),
                Err(unfit) => tracing::warn!(provider, %unfit, "a model's descriptions are not taken"),
            }
        }
        (words::describe(facts).texts, LOCAL.to_owned())
    }
}

/// A public listing with a photo confirms what such a piece is called.
fn confirm(batch: &mut Batch, listing: &ListingFacts, photo: Option<&Photo>) -> backends::Result<()> {
    let Some(photo) = photo.filter(|_| listing.status.is_public()) else {
        Example::forget(batch, listing.id);
        return Ok(());
    };
    let example = Example {
        artisan_id: listing.artisan_id,
        file_id: photo.file,
        category: listing.category.clone(),
        subcategory: listing.subcategory.clone(),
        features: photo.seen.features.clone(),
        hashes: photo.likeness.map(Example::hashes),
    };
    example.keep(batch, listing.id)
}

#[expect(clippy::needless_pass_by_value, reason = "handed over by map_err")]
fn later(error: MlError) -> JobError {
    JobError::Retry(error.to_string())
}
