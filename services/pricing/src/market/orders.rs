use std::collections::BTreeMap;

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use service_kit::{Background, inbox::ConsumeError};
use shared_models::{
    events::{OrderCompleted, Topic},
    ids::ProductId,
};

use crate::{
    state::{PricingState, Shared},
    store::Sold,
};

const ORDERS: Subscription = Subscription::to("pricing.order-completed", &[Topic::OrderCompleted]);

/// Counts what is bought.
pub(crate) fn background(background: Background, state: &Shared) -> Background {
    let state = state.clone();
    background.consume(ORDERS, move |event| {
        let state = state.clone();
        async move { state.bought(&event).await }
    })
}

impl PricingState {
    /// Pieces count on the day on which they were ordered.
    async fn bought(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let order: OrderCompleted = event.body()?;
        let day = order.ordered_at.date_naive();
        let mut batch = Batch::new();
        for (product_id, (category, units)) in lines(&order) {
            let sold = Sold {
                product_id,
                category,
                day,
                units,
            };
            self.sales.add(&mut batch, &sold).await?;
        }
        Ok(batch)
    }
}

/// Each piece once, whatever the order's lines.
fn lines(order: &OrderCompleted) -> BTreeMap<ProductId, (String, u64)> {
    let mut lines: BTreeMap<ProductId, (String, u64)> = BTreeMap::new();
    let told = order
        .product_ids
        .iter()
        .zip(&order.quantities)
        .zip(&order.categories);
    for ((id, quantity), category) in told {
        let (_, units) = lines.entry(*id).or_insert_with(|| (category.clone(), 0));
        *units += u64::try_from(*quantity).unwrap_or(0);
    }
    lines
}
