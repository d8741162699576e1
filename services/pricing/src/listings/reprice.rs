//! A new wage, state or skill in her profile is a new price for what she has listed.

use backends::{
    documents::{Batch, Position},
    events::{Event, Subscription},
};
use serde::{Deserialize, Serialize};
use service_kit::{
    Background,
    inbox::ConsumeError,
    jobs::{Job, JobError, Policy},
};
use shared_models::{
    events::{Topic, UserUpdated},
    ids::UserId,
};

use crate::{
    error::PricingError,
    state::{PricingState, Shared},
    store::Pieces,
};

const PROFILES: Subscription = Subscription::to("pricing.user-updated", &[Topic::UserUpdated]);
const REPRICE: &str = "reprice";
/// What a price depends on.
const MATTERS: [&str; 4] = ["hourly_wage", "currency", "state", "skill_level"];
/// Pieces of one job.
const AT_ONCE: usize = 20;

/// Whose pieces, and after which.
#[derive(Debug, Serialize, Deserialize)]
struct Hers {
    artisan_id: UserId,
    after: Option<Position>,
}

pub(super) fn background(background: Background, state: &Shared) -> Background {
    let (changed, reprice) = (state.clone(), state.clone());
    background
        .consume(PROFILES, move |event| {
            let state = changed.clone();
            async move { state.profile_changed(&event) }
        })
        .run_with(REPRICE, Policy::UNTIL_PEERS_RETURN, move |job| {
            let state = reprice.clone();
            async move { state.reprice(&job).await }
        })
}

impl PricingState {
    fn profile_changed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let UserUpdated {
            user_id,
            changed_fields,
            ..
        } = event.body()?;
        let mut batch = Batch::new();
        if changed_fields
            .iter()
            .any(|field| MATTERS.contains(&field.as_str()))
        {
            let all = Hers {
                artisan_id: user_id,
                after: None,
            };
            self.kit
                .jobs
                .enqueue(&mut batch, REPRICE, &user_id.to_string(), &all)?;
        }
        Ok(batch)
    }

    /// One page; the next is a job of its own, begun by the commit of this one.
    async fn reprice(&self, job: &Job) -> Result<Batch, JobError> {
        let Hers { artisan_id, after } = job.read()?;
        let page = self.repriced(artisan_id, after).await;
        page.map_err(|error| JobError::Retry(error.to_string()))
    }

    async fn repriced(&self, artisan_id: UserId, after: Option<Position>) -> Result<Batch, PricingError> {
        let (pieces, after) = self.pieces.of_artisan(artisan_id, after, AT_ONCE).await?;
        let mut batch = Batch::new();
        for (kept, piece) in pieces.iter().filter_map(|kept| Some((kept, kept.piece()?))) {
            let told = self.suggest(&mut batch, piece.clone()).await?;
            if told != *piece {
                Pieces::write(&mut batch, kept, &told)?;
            }
        }
        if after.is_some() {
            let rest = Hers { artisan_id, after };
            self.kit
                .jobs
                .enqueue(&mut batch, REPRICE, &artisan_id.to_string(), &rest)?;
        }
        Ok(batch)
    }
}
