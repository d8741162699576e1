//! What this service hears, and the jobs that come of it.

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use service_kit::{Background, inbox::ConsumeError};
use shared_models::{
    events::{OrderCompleted, ProductCreated, ProductUpdated, Topic, UserBehavior, UserDeleted},
    ids::ProductId,
};

use crate::{
    analyses::{ANALYSE, FEW_UNTIL_PEERS_RETURN, Of},
    gallery,
    recommendations::{self, Baskets},
    state::{MlState, Shared},
};

const LISTINGS: Subscription =
    Subscription::to("ml.listings", &[Topic::ProductCreated, Topic::ProductUpdated]);

const DEEDS: Subscription = Subscription::to("ml.user-behavior", &[Topic::UserBehavior]);
const ORDERS: Subscription = Subscription::to("ml.order-completed", &[Topic::OrderCompleted]);
const ERASED: Subscription = Subscription::to("ml.user-deleted", &[Topic::UserDeleted]);

/// An edit of other fields changes nothing that is seen or written of a piece.
const OF_INTEREST: [&str; 13] = [
    "title",
    "description",
    "category",
    "subcategory",
    "materials",
    "dimensions",
    "weight_grams",
    "production_time",
    "region",
    "cultural_origin",
    "images",
    "image_ids",
    "status",
];

/// The duties of the service.
pub(crate) fn background(state: &Shared) -> Background {
    let (heard, analysing, watched) = (state.clone(), state.clone(), state.clone());
    Background::default()
        .consume(LISTINGS, move |event| {
            let state = heard.clone();
            async move { state.listing_changed(&event) }
        })
        .run_with(ANALYSE, FEW_UNTIL_PEERS_RETURN, move |job| {
            let state = analysing.clone();
            async move { state.analyse(&job).await }
        })
        .consume(DEEDS, move |event| {
            let state = watched.clone();
            async move { state.acted(&event).await }
        })
        .consume(ORDERS, |event| async move { ordered(&event) })
        .consume(ERASED, |event| async move { erased(&event) })
        .follow("gallery", gallery::follow(state.clone()))
        .follow("recommendations", recommendations::follow(state.clone()))
}

impl MlState {
    /// The work is a job: it asks peers, which may be away for a while.
    fn listing_changed(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let mut batch = Batch::new();
        if let Some(product_id) = changed(event)? {
            let about = product_id.to_string();
            self.kit
                .jobs
                .enqueue(&mut batch, ANALYSE, &about, &Of { product_id })?;
        }
        Ok(batch)
    }

    async fn acted(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let deed: UserBehavior = event.body()?;
        let mut batch = Batch::new();
        if let (Some(user), Some(product)) = (deed.user_id, deed.product_id) {
            let at = deed.occurred_at;
            self.baskets
                .acted(&mut batch, user, product, &deed.action, at)
                .await?;
        }
        Ok(batch)
    }
}

fn ordered(event: &Event) -> Result<Batch, ConsumeError> {
    let order: OrderCompleted = event.body()?;
    let mut batch = Batch::new();
    Baskets::ordered(&mut batch, order.order_id, &order.product_ids, order.ordered_at)?;
    Ok(batch)
}

fn erased(event: &Event) -> Result<Batch, ConsumeError> {
    let UserDeleted { user_id } = event.body()?;
    let mut batch = Batch::new();
    Baskets::erase(&mut batch, user_id);
    Ok(batch)
}

/// The listing, when something of interest changed.
fn changed(event: &Event) -> Result<Option<ProductId>, serde_json::Error> {
    if event.topic == Topic::ProductCreated {
        return Ok(Some(event.body::<ProductCreated>()?.product_id));
    }
    let updated: ProductUpdated = event.body()?;
    let of_interest = updated
        .changed_fields
        .iter()
        .any(|field| OF_INTEREST.contains(&field.as_str()));
    Ok(of_interest.then_some(updated.product_id))
}
