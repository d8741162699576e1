//! What every service stands on: one stack, the probes, the API document, one `serve`.

mod accept;
mod context;
mod crowd;
mod docs;
mod guard;
mod hop;
mod known;
mod probes;
mod pushes;
mod record;
mod refusal;
mod refusals;
mod stack;
mod wire;

use std::{collections::HashMap, sync::Arc, time::Duration};

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
    /// Routes that may take another time than the usual one.
    patience: HashMap<&'static str, Duration>,
    /// The share of new traces that is sampled.
    sampled: f64,
}

impl Chassis {
    /// How long a route may take.
    fn patience_of(&self, route: &str) -> Duration {
        self.patience.get(route).copied().unwrap_or(stack::TIMEOUT)
    }
}

/// Serves one built service until `shutdown`; then drains it within 8 seconds. Production, the fleet and
/// the tests all come here.
pub async fn serve(listener: TcpListener, kit: Kit, app: App, shutdown: CancellationToken) {
    let App {
        router,
        background,
        checks,
        description,
        hop,
        always,
        mut patience,
        connections,
    } = app;
    let (router, own) = docs::describe(router, &kit);
    patience.insert(pushes::ROUTE, pushes::PATIENCE);
    let chassis = Arc::new(Chassis {
        service: kit.service.name,
        common: kit.common.clone(),
        admission: Admission::of(&kit),
        service_tokens: ServiceVerifier::of(&kit),
        metrics: HttpMetrics::register(&kit.metrics, &own),
        always,
        patience,
        sampled: crate::telemetry::share_of_new_traces(&kit.common),
    });
    let open = Router::new()
        .merge(probes::routes(&kit, checks))
        .merge(docs::routes(docs::Document::of(&own, description)));
    drop(own);
    let pushed = if background.listens() {
        pushes::routes(&kit)
    } else {
        Router::new()
    };
    let router = stack::assemble(router, open, pushed, &chassis);
    let door = accept::Door::new(
        kit.service.name,
        hop::Entrance::new(router, hop, &chassis),
        kit.tasks.clone(),
        crowd::Crowd::new(connections),
    );
    background.start(&kit);
    tokio::select! {
        () = door.open(listener) => {}
        () = shutdown.cancelled() => {}
    }
    let (ended, ()) = tokio::join!(kit.tasks.drain(), door.close());
    if !ended {
        tracing::warn!(
            service = kit.service.name,
            "work was dropped that did not end in time"
        );
    }
}
