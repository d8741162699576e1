use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use serde::{Deserialize, Serialize};
use service_kit::{
    Background,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{ProductCreated, ProductUpdated, Topic},
    ids::ProductId,
};

use super::reprice;
use crate::{
    domain::{Piece, is_gone},
    error::PricingError,
    state::{PricingState, Shared},
    store::{Known, Pieces},
};

const LISTED: Subscription = Subscription::to(
    "pricing.products",
    &[Topic::ProductCreated, Topic::ProductUpdated],
);

/// Looks at a listing that could not be looked at when it was told of.
const LOOK: &str = "look-at-listing";

/// Which listing.
#[derive(Debug, Serialize, Deserialize)]
struct Of {
    product_id: ProductId,
}

/// Follows the listings.
pub(crate) fn background(background: Background, state: &Shared) -> Background {
    let (listed, look) = (state.clone(), state.clone());
    let background = background
        .consume(LISTED, move |event| {
            let state = listed.clone();
            async move { state.heard(&event).await }
        })
        .run_with(LOOK, Policy::UNTIL_PEERS_RETURN, move |job| {
            let state = look.clone();
            async move { state.look_again(&job).await }
        });
    reprice::background(background, state)
}

impl PricingState {
    /// The listing is looked at once it was told of, and by a job while that cannot be done.
    async fn heard(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let product_id = match event.topic {
            Topic::ProductCreated => event.body::<ProductCreated>()?.product_id,
            _ => event.body::<ProductUpdated>()?.product_id,
        };
        match self.look(product_id).await {
            Err(error @ PricingError::Peer(..)) => {
                tracing::info!(%product_id, %error, "the listing is looked at later");
                let mut batch = Batch::new();
                let (whose, key) = (Of { product_id }, product_id.to_string());
                self.kit.jobs.enqueue(&mut batch, LOOK, &key, &whose)?;
                Ok(batch)
            }
            looked => looked.map_err(|error| ConsumeError::Retry(error.to_string())),
        }
    }

    async fn look_again(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { product_id } = job.read()?;
        let looked = self.look(product_id).await;
        looked.map_err(|error| JobError::Retry(error.to_string()))
    }

    /// Takes a listing as it is now, whatever was told, and suggests a price when its version has none yet.
    async fn look(&self, id: ProductId) -> Result<Batch, PricingError> {
        let mut batch = Batch::new();
        let kept = self.pieces.find(id).await?;
        if kept.known == Known::Gone {
            return Ok(batch);
        }
        let Some(facts) = self.facts(id).await?.filter(|facts| !is_gone(facts)) else {
            Pieces::forget(&mut batch, &kept, id)?;
            return Ok(batch);
        };
        let Some(mut piece) = Piece::told(kept.piece(), &facts, self.kit.clock.now()) else {
            return Ok(batch);
        };
        if piece.is_due() {
            piece = self.suggest(&mut batch, piece).await?;
        }
        Pieces::write(&mut batch, &kept, &piece)?;
        Ok(batch)
    }
}
