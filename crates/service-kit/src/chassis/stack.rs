use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    middleware::{self, Next},
    response::{IntoResponse, Response},
};
use http::{HeaderName, HeaderValue, Method, StatusCode, header};
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer,
    cors::{AllowOrigin, Any, CorsLayer},
    timeout::TimeoutLayer,
};

use super::{Chassis, record};
use crate::{Problem, identity::admission};

/// The body of a request, unless a route allows more.
const BODY_LIMIT: usize = 1 << 20;
/// Requests under way at once in one service; beyond that it answers 503 rather than slow all down.
const IN_FLIGHT: usize = 2048;
/// No request takes longer, unless a route says so.
const TIMEOUT: Duration = Duration::from_secs(30);

/// The one ordered stack. The last layer added is the first that a request meets.
pub(super) fn assemble(api: Router, open: Router, chassis: &Arc<Chassis>) -> Router {
    let room = Arc::new(Semaphore::new(IN_FLIGHT));
    let api = api
        .fallback(|| async { StatusCode::NOT_FOUND })
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(middleware::from_fn_with_state(chassis.clone(), admission::admit))
        .layer(middleware::from_fn_with_state(room, shed));
    api.merge(open)
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            TIMEOUT,
        ))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(cors(&chassis.common.cors_origins))
        .layer(record::RecordLayer::new(chassis.clone()))
}

async fn shed(room: axum::extract::State<Arc<Semaphore>>, request: Request, next: Next) -> Response {
    match room.try_acquire() {
        Ok(_place) => next.run(request).await,
        Err(_) => Problem::unavailable("too many requests at once; try again")
            .code("overloaded")
            .retry_after(Duration::from_secs(1))
            .into_response(),
    }
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

pub(super) fn cors(origins: &[String]) -> CorsLayer {
    let any = origins.iter().any(|origin| origin == "*");
    let listed = origins
        .iter()
        .filter_map(|origin| HeaderValue::try_from(origin).ok());
    let allowed = if any {
        AllowOrigin::from(Any)
    } else {
        AllowOrigin::list(listed)
    };
    CorsLayer::new()
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
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            HeaderName::from_static("x-request-id"),
        ])
        .max_age(Duration::from_mins(10))
}
