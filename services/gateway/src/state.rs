use std::sync::Arc;

use crate::{fleet::Lookout, front::Page};

/// What the gateway's own pages share.
#[derive(Clone)]
pub(crate) struct GatewayState {
    pub(crate) lookout: Arc<Lookout>,
    pub(crate) page: Page,
}
