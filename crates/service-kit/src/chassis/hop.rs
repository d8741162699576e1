//! The way past the router: a request that this service hands on meets no layer that it does not need.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, extract::Request, response::Response};
use futures::{FutureExt, future::BoxFuture};
use http::{Method, header};
use tower::{Layer, Service, ServiceExt};
use tower_http::cors::Cors;

use super::{
    Chassis,
    record::{Record, RecordLayer},
    refusal, stack,
};
use crate::{Problem, app::Hop, hear_out::heard_out};

/// Where a request enters: the hop takes what is its, the router the rest.
pub(super) struct Entrance {
    router: Router,
    way: Option<Way>,
}

struct Way {
    hop: Arc<dyn Hop>,
    plain: Record<Passing>,
    /// For pages of the origins in the settings, when there are any.
    for_pages: Option<Record<Cors<Passing>>>,
}

impl Entrance {
    pub(super) fn new(router: Router, hop: Option<Arc<dyn Hop>>, chassis: &Arc<Chassis>) -> Self {
        let way = hop.map(|hop| {
            let record = RecordLayer::new(chassis.clone()).untimed();
            let passing = Passing(hop.clone());
            let cors = stack::cors(&chassis.common.cors_origins);
            let for_pages = cors.map(|cors| record.layer(cors.layer(passing.clone())));
            let plain = record.layer(passing);
            Way {
                hop,
                plain,
                for_pages,
            }
        });
        Self { router, way }
    }

    pub(super) async fn answer(&self, request: Request) -> Result<Response, Infallible> {
        match &self.way {
            Some(way) if way.hop.takes(&request) => way.answer(request).await,
            _ => self.router.clone().oneshot(request).await,
        }
    }
}

impl Way {
    async fn answer(&self, request: Request) -> Result<Response, Infallible> {
        match &self.for_pages {
            Some(for_pages) if !is_for_service(&request) => for_pages.clone().call(request).await,
            _ => self.plain.clone().call(request).await,
        }
    }
}

/// An OPTIONS request that is no preflight: the service may say what it can (tus does).
fn is_for_service(request: &Request) -> bool {
    request.method() == Method::OPTIONS
        && !request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD)
}

/// The hop as a service: a panic is a problem, and what a peer refused stays in the peer's words.
#[derive(Clone)]
pub(super) struct Passing(Arc<dyn Hop>);

impl Service<Request> for Passing {
    type Response = Response;
    type Error = Infallible;
    type Future = BoxFuture<'static, Result<Response, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let hop = self.0.clone();
        let heard = heard_out(request, move |request| hop.answer(request));
        let answer = AssertUnwindSafe(heard).catch_unwind();
        Box::pin(answer.map(|answered| {
            let mut response = answered.unwrap_or_else(stack::panicked);
            let refused = response.status().is_client_error() || response.status().is_server_error();
            if refused && response.extensions().get::<Problem>().is_none() {
                response.extensions_mut().insert(refusal::AsIs);
            }
            Ok(response)
        }))
    }
}
