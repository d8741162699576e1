//! What will be asked for, learned from what was.

mod calendar;
mod ledger;
mod outlook;
pub(crate) mod predict;
mod prior;

use std::time::Duration;

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
pub(crate) use ledger::Leaf;
use ledger::Mark;
pub(crate) use ledger::{Ledger, MARKED, MONTHLY, folded};
use service_kit::{Background, Problem, inbox::ConsumeError};
use shared_models::events::{OrderCompleted, Topic, UserBehavior};

use crate::state::{MlState, Shared};

const ORDERS: Subscription = Subscription::to("ml.demand-orders", &[Topic::OrderCompleted]);
const BEHAVIOR: Subscription = Subscription::to("ml.demand-behavior", &[Topic::UserBehavior]);
/// How often marks become days of the series; until then they are read beside it.
const FOLD_EVERY: Duration = Duration::from_mins(1);
/// What shows interest; a purchase is counted when its order is complete.
const INTEREST: [&str; 5] = ["view", "like", "share", "add_to_cart", "search"];
/// More of one line is no order.
const MOST_PIECES: i32 = 1_000_000;

/// The duties of demand.
pub(crate) fn background(duties: Background, state: &Shared) -> Background {
    let (orders, behavior, folder) = (state.clone(), state.clone(), state.clone());
    duties
        .consume(ORDERS, move |event| {
            let state = orders.clone();
            async move { state.sold(&event) }
        })
        .consume(BEHAVIOR, move |event| {
            let state = behavior.clone();
            async move { state.interested(&event) }
        })
        .every("fold-demand", FOLD_EVERY, move || {
            let state = folder.clone();
            async move { state.demand.fold().await.map_err(Problem::from) }
        })
}

impl MlState {
    fn sold(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let order: OrderCompleted = event.body()?;
        let lines = order.quantities.len();
        let lists = [
            order.categories.len(),
            order.subcategories.len(),
            order.regions.len(),
        ];
        if lists != [lines; 3] {
            return Err(ConsumeError::Dead(
                "the lists of an order differ in length".into(),
            ));
        }
        let mut batch = Batch::new();
        let Some(day) = self.day_of(order.ordered_at) else {
            return Ok(batch);
        };
        for (at, quantity) in order.quantities.iter().enumerate() {
            let leaf = Leaf::of(
                &order.categories[at],
                &order.subcategories[at],
                &order.regions[at],
            );
            let units = u32::try_from((*quantity).clamp(0, MOST_PIECES)).unwrap_or(0);
            let mark = Mark {
                leaf,
                day,
                units,
                interest: 0,
            };
            Ledger::mark(&mut batch, event.id, at, &mark)?;
        }
        Ok(batch)
    }

    fn interested(&self, event: &Event) -> Result<Batch, ConsumeError> {
        let behavior: UserBehavior = event.body()?;
        let mut batch = Batch::new();
        let Some(day) = self.day_of(behavior.occurred_at) else {
            return Ok(batch);
        };
        if INTEREST.contains(&behavior.action.as_str()) {
            let leaf = Leaf::of(&behavior.category, &behavior.subcategory, &behavior.region);
            let mark = Mark {
                leaf,
                day,
                units: 0,
                interest: 1,
            };
            Ledger::mark(&mut batch, event.id, 0, &mark)?;
        }
        Ok(batch)
    }

    /// Nothing for what lies in the future: a clock was wrong, and the series would seem to have fallen since.
    fn day_of(&self, moment: DateTime<Utc>) -> Option<NaiveDate> {
        let day = day_in_india(moment);
        (day <= day_in_india(self.kit.clock.now())).then_some(day)
    }
}

/// The date in India: demand follows its festivals.
fn day_in_india(moment: DateTime<Utc>) -> NaiveDate {
    const HALF_PAST_FIVE: i32 = 5 * 3600 + 1800;
    match FixedOffset::east_opt(HALF_PAST_FIVE) {
        Some(india) => moment.with_timezone(&india).date_naive(),
        None => moment.date_naive(),
    }
}
