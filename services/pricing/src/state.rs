use std::sync::Arc;

use chrono::NaiveDate;
use service_client::Outbound;
use service_kit::Kit;

use crate::{
    config::Config,
    store::{Competitors, Floors, Pieces, SalesBook},
};

/// What handlers work with.
pub(crate) struct PricingState {
    pub(crate) kit: Kit,
    pub(crate) config: Config,
    pub(crate) pieces: Pieces,
    pub(crate) floors: Floors,
    pub(crate) competitors: Competitors,
    pub(crate) sales: SalesBook,
    pub(crate) outbound: Outbound,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<PricingState>;

impl PricingState {
    pub(crate) fn new(kit: Kit, config: Config) -> Self {
        let store = kit.backends.documents.clone();
        Self {
            pieces: Pieces::new(store.clone()),
            floors: Floors::new(store.clone()),
            competitors: Competitors::new(store.clone()),
            sales: SalesBook::new(store),
            outbound: Outbound::new(config.feed_rules.clone()),
            config,
            kit,
        }
    }

    /// The day, in UTC.
    pub(crate) fn today(&self) -> NaiveDate {
        self.kit.clock.now().date_naive()
    }
}
