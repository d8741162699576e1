//! The way past the router: a request that this service hands on meets no layer that it does not need.

use std::{
    convert::Infallible,
    panic::AssertUnwindSafe,
    sync::Arc,
    task::{Context, Poll},
};

use axum::{Router, extract::Request, response::Response};
use futures::{FutureExt, future::BoxFuture};
use tower::{Layer, Service, ServiceExt};
use tower_http::cors::Cors;

use super::{
    Chassis,
    record::{Record, RecordLayer},
    refusal, stack,
};
use crate::{Problem, app::Hop};

/// Where a request enters: the hop takes what is its, the router the rest.
#[derive(Clone)]
pub(super) struct Entrance {
    router: Router,
    way: Option<Way>,
}

#[derive(Clone)]
struct Way {
    hop: Arc<dyn Hop>,
    layered: Record<Cors<Passing>>,
}

impl Entrance {
    pub(super) fn new(router: Router, hop: Option<Arc<dyn Hop>>, chassis: &Arc<Chassis>) -> Self {
        let way = hop.map(|hop| {
            let passing = stack::cors(&chassis.common.cors_origins).layer(Passing(hop.clone()));
            let layered = RecordLayer::new(chassis.clone()).layer(passing);
            Way { hop, layered }
        });
        Self { router, way }
    }

    pub(super) async fn answer(self, request: Request) -> Result<Response, Infallible> {
        match self.way {
            Some(mut way) if way.hop.takes(&request) => way.layered.call(request).await,
            _ => self.router.oneshot(request).await,
        }
    }
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
        let answer = AssertUnwindSafe(self.0.clone().answer(request)).catch_unwind();
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
