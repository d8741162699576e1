use std::sync::Arc;

use service_kit::{Kit, StartError};

use crate::{
    config::Config,
    links::Links,
    shelf::Shelf,
    store::{Files, Uploads},
    studio::Studio,
    uploads::Turns,
};

/// What handlers work with.
pub(crate) struct MediaState {
    pub(crate) kit: Kit,
    pub(crate) files: Files,
    pub(crate) uploads: Uploads,
    pub(crate) turns: Turns,
    pub(crate) shelf: Shelf,
    pub(crate) studio: Studio,
    pub(crate) links: Links,
}

/// The state as handlers share it.
pub(crate) type Shared = Arc<MediaState>;

impl MediaState {
    pub(crate) async fn new(kit: Kit, config: &Config) -> Result<Self, StartError> {
        Ok(Self {
            files: Files::new(&kit, config.avif),
            uploads: Uploads::new(&kit),
            turns: Turns::default(),
            shelf: Shelf::new(kit.backends.objects.clone(), kit.ids.clone()),
            studio: Studio::new(config.memory_mib),
            links: Links::new(&kit).await?,
            kit,
        })
    }
}
