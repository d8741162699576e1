//! The lean layer: what every request needs, in one place and without a span.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use tower::{Layer, Service};
use tracing::Instrument;

use super::{Chassis, RequestContext, known, probes, refusal};
use crate::telemetry;

const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the route of a response that did not come from the router, for the access log.
#[derive(Debug, Clone, Copy)]
pub struct Route(pub &'static str);

/// Id and trace in, problem document, 304, metrics and access log out.
#[derive(Clone)]
pub(super) struct RecordLayer {
    chassis: Arc<Chassis>,
    timed: bool,
}

impl RecordLayer {
    pub(super) fn new(chassis: Arc<Chassis>) -> Self {
        Self { chassis, timed: true }
    }

    /// For what takes as long as its caller lets it.
    pub(super) fn untimed(self) -> Self {
        Self { timed: false, ..self }
    }
}

impl<S> Layer<S> for RecordLayer {
    type Service = Record<S>;

    fn layer(&self, inner: S) -> Record<S> {
        let how = self.clone();
        Record { inner, how }
    }
}

#[derive(Clone)]
pub(super) struct Record<S> {
    inner: S,
    how: RecordLayer,
}

impl<S> Service<Request> for Record<S>
where
    S: Service<Request, Response = Response, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let seen = Seen::of(&request, &self.how);
        let context = seen.context;
        request.extensions_mut().insert(context);
        request.extensions_mut().insert(seen.chassis.clone());
        let span = telemetry::span(context, "server", || {
            format!("{} {}", seen.method, seen.matched())
        });
        let answer = context.within(|| self.inner.call(request));
        Box::pin(context.scope(async move {
            let response = seen.complete(answer.instrument(span.clone()).await?);
            span.record("http.response.status_code", response.status().as_u16());
            Ok(response)
        }))
    }
}

/// What is needed of a request when its answer is there.
struct Seen {
    started: Instant,
    context: RequestContext,
    method: Method,
    uri: Uri,
    route: Option<MatchedPath>,
    known: Option<HeaderValue>,
    chassis: Arc<Chassis>,
}

impl Seen {
    fn of(request: &Request, how: &RecordLayer) -> Self {
        let chassis = how.chassis.clone();
        let headers = request.headers();
        let route = request.extensions().get::<MatchedPath>().cloned();
        let matched = route.as_ref().map_or("", MatchedPath::as_str);
        let patience = how.timed.then(|| chassis.patience_of(matched));
        let mut context = RequestContext::of(headers, chassis.service, patience);
        if !probes::includes(matched) {
            context = context.perhaps_sampled(chassis.sampled);
        }
        Self {
            started: Instant::now(),
            context,
            method: request.method().clone(),
            uri: request.uri().clone(),
            known: headers.get(header::IF_NONE_MATCH).cloned(),
            route,
            chassis,
        }
    }

    fn matched(&self) -> &str {
        self.route.as_ref().map_or("", MatchedPath::as_str)
    }

    fn complete(&self, response: Response) -> Response {
        let passed = response.extensions().get::<Route>().map(|route| route.0);
        let route = self
            .route
            .as_ref()
            .map(MatchedPath::as_str)
            .or(passed)
            .unwrap_or("");
        let response = known::not_modified(response, &self.method, self.known.as_ref());
        let mut response = refusal::complete(response, self.uri.path(), route, self.context);
        let headers = response.headers_mut();
        if let Some(id) = self.context.id() {
            headers.insert(X_REQUEST_ID, id);
        }
        for (name, value) in &self.chassis.always {
            headers.insert(name, value.clone());
        }
        let took = self.started.elapsed();
        self.chassis
            .metrics
            .record(&self.method, route, response.status(), took);
        log(&self.method, route, response.status(), took);
        response
    }
}

/// Routes, never paths: a path may hold an address or a signature. The formatter adds service and trace.
fn log(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let (method, status) = (method.as_str(), status.as_u16());
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    if probes::includes(route) {
        tracing::debug!(target: telemetry::ACCESS, method, route, status, micros);
    } else {
        tracing::info!(target: telemetry::ACCESS, method, route, status, micros);
    }
}
