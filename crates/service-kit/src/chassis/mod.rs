//! What every service stands on: one stack, the probes, the API document, one `serve`.

mod accept;
mod context;
mod docs;
mod hop;
mod probes;
mod record;
mod refusal;
mod stack;

use std::sync::Arc;

use axum::Router;
use config::Common;
pub use context::RequestContext;
pub use record::Route;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    App, Kit,
    identity::{Admission, ServiceVerifier},
    metrics::HttpMetrics,
};

/// What the layers and extractors of one service share; every request carries it.
pub(crate) struct Chassis {
    pub(crate) service: &'static str,
    pub(crate) common: Arc<Common>,
    pub(crate) admission: Admission,
    pub(crate) service_tokens: ServiceVerifier,
    pub(crate) metrics: HttpMetrics,
    /// Headers of every answer.
    pub(crate) always: http::HeaderMap,
}

/// Serves one built service until `shutdown`; then drains it. Production, the fleet and the tests all come here.
pub async fn serve(listener: TcpListener, kit: Kit, app: App, shutdown: CancellationToken) {
    let App {
        router,
        background,
        checks,
        description,
        hop,
        always,
    } = app;
    let (router, document) = docs::describe(router, &kit, description);
    let chassis = Arc::new(Chassis {
        service: kit.service.name,
        common: kit.common.clone(),
        admission: Admission::of(&kit),
        service_tokens: ServiceVerifier::new(kit.service.peer, kit.backends.keys.clone(), kit.clock.clone()),
        metrics: HttpMetrics::register(&kit.metrics, document.own()),
        always,
    });
    let open = Router::new()
        .merge(probes::routes(&kit, checks))
        .merge(docs::routes(&document));
    let router = stack::assemble(router, open, &chassis);
    let entrance = hop::Entrance::new(router, hop, &chassis);
    background.start(&kit);
    accept::run(listener, entrance, &kit.tasks, &shutdown).await;
    if !kit.tasks.drain().await {
        tracing::warn!(
            service = kit.service.name,
            "work was dropped that did not end in time"
        );
    }
}
