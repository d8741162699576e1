use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::DefaultBodyLimit,
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tower::{ServiceBuilder, util::option_layer};
use tower_http::cors::{AllowOrigin, Any, CorsLayer};

use super::{Chassis, guard::GuardLayer, record::RecordLayer};
use crate::Problem;

/// The body of a request, unless a route allows more.
const BODY_LIMIT: usize = 1 << 20;
/// No request takes longer, unless a route says so.
pub(super) const TIMEOUT: Duration = Duration::from_secs(30);

/// The one ordered stack: the first named is the first that a request meets.
///
/// Layers that are added together cost one allocation a request less each than layers added one by one.
pub(super) fn assemble(api: Router, open: Router, pushed: Router, chassis: &Arc<Chassis>) -> Router {
    let outer = ServiceBuilder::new()
        .layer(RecordLayer::new(chassis.clone()))
        .layer(option_layer(cors(&chassis.common.cors_origins)));
    let inner = outer
        .clone()
        .layer(GuardLayer::new(chassis.clone()))
        .layer(DefaultBodyLimit::max(BODY_LIMIT));
    let api = api.fallback(|| async { StatusCode::NOT_FOUND }).layer(inner);
    let guarded = outer.clone().layer(GuardLayer::of_pushes(chassis.clone()));
    // With a state of its own, or axum would build the handler of a route without one anew for each request.
    api.merge(pushed.layer(guarded))
        .merge(open.layer(outer))
        .with_state(())
}

#[expect(clippy::needless_pass_by_value, reason = "the layer hands it over")]
pub(super) fn panicked(panic: Box<dyn std::any::Any + Send>) -> Response<Body> {
    let said = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    Problem::internal(format!("panic: {said}")).into_response()
}

/// Pages of these origins may call the API; without any there is nothing to say to browsers.
pub(super) fn cors(origins: &[String]) -> Option<CorsLayer> {
    if origins.is_empty() {
        return None;
    }
    let any = origins.iter().any(|origin| origin == "*");
    let listed = origins
        .iter()
        .filter_map(|origin| HeaderValue::try_from(origin).ok());
    let allowed = if any {
        AllowOrigin::from(Any)
    } else {
        AllowOrigin::list(listed)
    };
    let layer = CorsLayer::new()
        .allow_origin(allowed)
        .allow_methods([
            Method::GET,
            Method::HEAD,
            Method::POST,
            Method::PUT,
            Method::PATCH,
            Method::DELETE,
        ])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::ACCEPT_LANGUAGE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            header::RANGE,
            HeaderName::from_static("idempotency-key"),
            HeaderName::from_static("prefer"),
            HeaderName::from_static("traceparent"),
            HeaderName::from_static("tus-resumable"),
            HeaderName::from_static("upload-checksum"),
            HeaderName::from_static("upload-length"),
            HeaderName::from_static("upload-metadata"),
            HeaderName::from_static("upload-offset"),
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("preference-applied"),
            HeaderName::from_static("ratelimit-limit"),
            HeaderName::from_static("ratelimit-remaining"),
            HeaderName::from_static("ratelimit-reset"),
            header::ACCEPT_RANGES,
            header::CONTENT_RANGE,
            HeaderName::from_static("tus-resumable"),
            HeaderName::from_static("upload-expires"),
            HeaderName::from_static("upload-length"),
            HeaderName::from_static("upload-offset"),
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_mins(10));
    Some(layer)
}
