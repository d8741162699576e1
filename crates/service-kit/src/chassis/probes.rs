use std::{sync::Arc, time::Duration};

use axum::{
    Json, Router,
    extract::State,
    response::{IntoResponse, Response},
    routing::get,
};
use backends::Backends;
use futures::future::{BoxFuture, join_all};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::{Kit, app::Check, metrics::Metrics};

/// A port that does not answer within this is not ready.
const PATIENCE: Duration = Duration::from_secs(2);

const ROUTES: [&str; 5] = ["/health", "/health/live", "/ready", "/health/ready", "/metrics"];

/// Whether a route is asked by machines all the time: neither logged nor traced.
pub(super) fn includes(route: &str) -> bool {
    ROUTES.contains(&route)
}

struct Probes {
    service: &'static str,
    backends: Backends,
    checks: Vec<(&'static str, Check)>,
    metrics: Metrics,
    tasks: crate::Tasks,
}

/// `/health` says that the process lives, `/ready` that this instance can work. Never about peers:
/// one outage must not become everyone's.
pub(super) fn routes(kit: &Kit, checks: Vec<(&'static str, Check)>) -> Router {
    let probes = Arc::new(Probes {
        service: kit.service.name,
        backends: kit.backends.clone(),
        checks,
        metrics: kit.metrics.clone(),
        tasks: kit.tasks.clone(),
    });
    Router::new()
        .route("/health", get(health))
        .route("/health/live", get(health))
        .route("/ready", get(ready))
        .route("/health/ready", get(ready))
        .route("/metrics", get(metrics))
        .with_state(probes)
}

async fn health(State(probes): State<Arc<Probes>>) -> Json<Value> {
    Json(json!({
        "status": "healthy",
        "service": probes.service,
        "version": env!("CARGO_PKG_VERSION"),
    }))
}

async fn ready(State(probes): State<Arc<Probes>>) -> Response {
    let asked = probes
        .parts()
        .into_iter()
        .map(|(name, check)| patiently(name, check));
    let mut parts = join_all(asked).await;
    parts.push(("accepting", !probes.tasks.is_draining()));
    let ready = parts.iter().all(|(_, up)| *up);
    let status = if ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let checks: serde_json::Map<String, Value> = parts
        .into_iter()
        .map(|(name, up)| (name.to_owned(), json!(if up { "up" } else { "down" })))
        .collect();
    let body = json!({
        "status": if ready { "ready" } else { "not_ready" },
        "service": probes.service,
        "checks": checks,
    });
    let mut response = (status, Json(body)).into_response();
    response.extensions_mut().insert(super::refusal::AsIs);
    response
}

impl Probes {
    fn parts(&self) -> Vec<(&'static str, BoxFuture<'_, backends::Result<()>>)> {
        let Backends {
            documents,
            events,
            pushes: _, // the same as events
            objects,
            limits,
            keys,
        } = &self.backends;
        let mut parts = vec![
            ("documents", documents.ping()),
            ("events", events.ping()),
            ("objects", objects.ping()),
            ("limits", limits.ping()),
            ("keys", keys.ping()),
        ];
        parts.extend(self.checks.iter().map(|(name, check)| (*name, check())));
        parts
    }
}

async fn patiently(
    name: &'static str,
    check: impl Future<Output = backends::Result<()>>,
) -> (&'static str, bool) {
    let up = match tokio::time::timeout(PATIENCE, check).await {
        Ok(Ok(())) => true,
        Ok(Err(error)) => {
            tracing::warn!(name, %error, "not ready");
            false
        }
        Err(_) => {
            tracing::warn!(name, "not ready in time");
            false
        }
    };
    (name, up)
}

async fn metrics(State(probes): State<Arc<Probes>>) -> Response {
    let text = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    ([(header::CONTENT_TYPE, text)], probes.metrics.encode()).into_response()
}
