//! The lean layer: what every request needs, in one place and without a span.

use std::{
    convert::Infallible,
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};

use axum::{
    extract::{MatchedPath, Request},
    response::Response,
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tower::{Layer, Service};

use super::{Chassis, RequestContext, refusal};

/// Names the route of a response that did not come from the router, for the access log.
#[derive(Debug, Clone, Copy)]
pub struct Route(pub &'static str);

/// Id and trace in, problem document, 304, metrics and access log out.
#[derive(Clone)]
pub(super) struct RecordLayer(Arc<Chassis>);

impl RecordLayer {
    pub(super) fn new(chassis: Arc<Chassis>) -> Self {
        Self(chassis)
    }
}

impl<S> Layer<S> for RecordLayer {
    type Service = Record<S>;

    fn layer(&self, inner: S) -> Record<S> {
        Record {
            inner,
            chassis: self.0.clone(),
        }
    }
}

#[derive(Clone)]
pub(super) struct Record<S> {
    inner: S,
    chassis: Arc<Chassis>,
}

impl<S> Service<Request> for Record<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let started = Instant::now();
        let context = RequestContext::of(request.headers());
        let method = request.method().clone();
        let path = request.uri().path().to_owned();
        let route = request.extensions().get::<MatchedPath>().cloned();
        let known = request.headers().get(header::IF_NONE_MATCH).cloned();
        request.extensions_mut().insert(context);
        request.extensions_mut().insert(self.chassis.clone());
        let chassis = self.chassis.clone();
        let answer = self.inner.call(request);
        Box::pin(context.scope(async move {
            let response = answer.await?;
            let response = unless_known(response, &method, known.as_ref());
            let mut response = refusal::complete(response, &path, context, chassis.service);
            identify(response.headers_mut(), context);
            for (name, value) in &chassis.always {
                response.headers_mut().insert(name, value.clone());
            }
            let took = started.elapsed();
            let passed = response.extensions().get::<Route>().map(|route| route.0);
            let route = route.as_ref().map(MatchedPath::as_str).or(passed).unwrap_or("");
            chassis.metrics.record(&method, route, response.status(), took);
            log(&chassis, &method, route, response.status(), took, context);
            Ok(response)
        }))
    }
}

fn identify(headers: &mut HeaderMap, context: RequestContext) {
    if let Ok(id) = HeaderValue::try_from(context.trace_id()) {
        headers.insert("x-request-id", id);
    }
}

/// Routes, never paths: a path may hold an address or a signature.
fn log(
    chassis: &Chassis,
    method: &Method,
    route: &str,
    status: StatusCode,
    took: std::time::Duration,
    context: RequestContext,
) {
    if tracing::enabled!(target: "access", tracing::Level::INFO) {
        tracing::info!(
            target: "access",
            service = chassis.service,
            trace_id = context.trace_id(),
            %method,
            route,
            status = status.as_u16(),
            micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX),
        );
    }
}

/// 304 when the caller has what a GET would answer (RFC 9110, 13.1.2).
fn unless_known(response: Response, method: &Method, known: Option<&HeaderValue>) -> Response {
    let read = method == Method::GET || method == Method::HEAD;
    let (Some(known), Some(tag)) = (known, response.headers().get(header::ETAG)) else {
        return response;
    };
    if !read || response.status() != StatusCode::OK || !names(known, tag) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, axum::body::Body::empty())
}

fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else {
        return false;
    };
    let weak = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|one| weak(one) == weak(tag))
}
