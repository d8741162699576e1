//! What is on offer and for how much: the listings as this service knows them.

mod follow;
mod offer;

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
pub(crate) use follow::follow;
use offer::Offer;
pub(crate) use offer::{OFFERS, size};
use serde::{Deserialize, Serialize};
use service_client::ClientError;
use service_kit::{
    Background,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{ProductCreated, ProductUpdated, Topic},
    ids::ProductId,
    money::Currency,
};

use crate::{
    demand::Leaf,
    hedonic::Priced,
    state::{MlState, Shared},
};

const LISTINGS: Subscription = Subscription::to("ml.offers", &[Topic::ProductCreated, Topic::ProductUpdated]);
/// How long product or auth may take to tell about a listing.
const PATIENCE: Duration = Duration::from_secs(10);
/// Learns what is asked for a listing.
const NOTE: &str = "note-offer";

/// Which listing a job is about.
#[derive(Debug, Serialize, Deserialize)]
struct Of {
    product_id: ProductId,
    /// Of the event that told of it.
    revision: u64,
}

/// The offers of this process, asked by many and fed by one that follows the store.
#[derive(Clone, Default)]
pub(crate) struct Market(Arc<RwLock<BTreeMap<ProductId, Offer>>>);

impl Market {
    /// The offers in a currency, that of `own` left out.
    pub(crate) fn priced(&self, currency: Currency, own: Option<ProductId>) -> Vec<Priced<ProductId>> {
        let offers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        offers
            .iter()
            .filter(|(id, offer)| offer.is_on_offer() && offer.currency == currency && Some(**id) != own)
            .map(|(id, offer)| offer.priced(*id))
            .collect()
    }

    /// Of which kind each offer of a category is.
    pub(crate) fn leaves(&self, category: &str) -> Vec<Leaf> {
        let offers = self.0.read().unwrap_or_else(PoisonError::into_inner);
        offers
            .values()
            .filter(|offer| offer.is_on_offer() && offer.category == category)
            .map(|offer| {
                Leaf::of(
                    &offer.category,
                    &offer.subcategory,
                    offer.region.as_deref().unwrap_or(""),
                )
            })
            .collect()
    }

    fn apply(&self, changes: Vec<(ProductId, Option<Offer>)>) {
        let mut offers = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for (id, offer) in changes {
            match offer {
                Some(offer) => offers.insert(id, offer),
                None => offers.remove(&id),
            };
        }
    }

    fn clear(&self) {
        self.0.write().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// The duties of the market.
pub(crate) fn background(duties: Background, state: &Shared) -> Background {
    let (heard, noting) = (state.clone(), state.clone());
    duties
        .consume(LISTINGS, move |event| {
            let state = heard.clone();
            async move { state.offer_changed(&event) }
        })
        .run_with(NOTE, Policy::UNTIL_PEERS_RETURN, move |job| {
            let state = noting.clone();
            async move { state.note_offer(&job).await }
        })
        .follow("market", follow(state.clone()))
}

impl MlState {
    /// The work is a job: it asks peers, which may be away for a while.
    fn offer_changed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let product_id = match event.topic {
            Topic::ProductCreated => event.body::<ProductCreated>()?.product_id,
            _ => event.body::<ProductUpdated>()?.product_id,
        };
        let of = Of {
            product_id,
            revision: event.revision,
        };
        let mut batch = Batch::new();
        self.kit
            .jobs
            .enqueue(&mut batch, NOTE, &product_id.to_string(), &of)?;
        Ok(batch)
    }

    /// What product says now counts, whatever the event said; what it said earlier never overwrites it.
    async fn note_offer(&self, job: &Job) -> Result<Batch, JobError> {
        let Of { product_id, revision } = job.read()?;
        let call = self.kit.call(PATIENCE);
        let facts = found(self.kit.peers.product().facts(&call, product_id).await)?;
        let offer = match facts {
            Some(facts) if facts.status.is_public() => {
                let artisan = self
                    .kit
                    .peers
                    .auth()
                    .public_artisan(&call, facts.artisan_id)
                    .await;
                let skill = found(artisan)?.and_then(|artisan| artisan.skill_level);
                Offer::of(facts, skill)
            }
            Some(facts) => Offer::withdrawn(facts.sequence),
            None => Offer::withdrawn(revision),
        };
        let mut batch = Batch::new();
        let kept = offer::kept(&self.kit.backends.documents, product_id).await?;
        kept.becomes(&mut batch, product_id, &offer)?;
        Ok(batch)
    }
}

/// Nothing where the peer knows nothing; else the job waits for the peer.
fn found<T>(answer: Result<T, ClientError>) -> Result<Option<T>, JobError> {
    match answer {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.refused_with() == Some(404) => Ok(None),
        Err(error) => Err(JobError::Retry(error.to_string())),
    }
}
