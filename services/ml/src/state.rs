use std::sync::Arc;

use service_kit::Kit;

use crate::{config::Config, gallery::Gallery, photos::Darkroom};

/// What handlers work with.
pub(crate) struct MlState {
    pub(crate) kit: Kit,
    pub(crate) darkroom: Darkroom,
    pub(crate) gallery: Gallery,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<MlState>;

impl MlState {
    pub(crate) fn new(kit: Kit, config: Config) -> Self {
        Self {
            darkroom: Darkroom::new(config.memory_mib),
            gallery: Gallery::default(),
            kit,
        }
    }
}
