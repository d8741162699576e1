use std::sync::Arc;

use service_kit::Kit;

use crate::{
    analyses::Analyses,
    config::Config,
    demand::Ledger,
    gallery::Gallery,
    market::Market,
    paint::Easel,
    photos::Darkroom,
    providers::Providers,
    recommendations::{Baskets, Tastes},
};

/// What handlers work with.
pub(crate) struct MlState {
    pub(crate) kit: Kit,
    pub(crate) darkroom: Darkroom,
    pub(crate) gallery: Gallery,
    pub(crate) demand: Ledger,
    pub(crate) market: Market,
    pub(crate) easel: Easel,
    pub(crate) analyses: Analyses,
    pub(crate) baskets: Baskets,
    pub(crate) tastes: Tastes,
    pub(crate) providers: Providers,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<MlState>;

impl MlState {
    pub(crate) fn new(kit: Kit, config: &Config) -> Self {
        let documents = kit.backends.documents.clone();
        Self {
            darkroom: Darkroom::new(config.memory_mib),
            gallery: Gallery::default(),
            demand: Ledger::new(documents.clone()),
            market: Market::default(),
            easel: Easel::default(),
            analyses: Analyses::new(documents.clone()),
            baskets: Baskets::new(documents),
            tastes: Tastes::default(),
            providers: Providers::new(&kit, &config.providers),
            kit,
        }
    }
}
