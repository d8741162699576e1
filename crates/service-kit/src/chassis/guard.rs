//! Before a route: whether there is room, who asks, how often, and for how long she waits.

use std::{
    convert::Infallible,
    future::Future,
    panic::AssertUnwindSafe,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
};
use futures::FutureExt;
use http::StatusCode;
use tokio::{sync::Semaphore, time::timeout_at};
use tower::{Layer, Service};

use super::{Chassis, RequestContext, pushes, stack};
use crate::{Problem, identity::admission};

/// Requests under way at once in one service; beyond that it answers 503 rather than slow all down.
const IN_FLIGHT: usize = 2048;

#[derive(Clone)]
pub(super) struct GuardLayer {
    chassis: Arc<Chassis>,
    room: Arc<Semaphore>,
    /// Whether callers are people and services of the fleet, with their tokens and limits.
    admits: bool,
}

impl GuardLayer {
    pub(super) fn new(chassis: Arc<Chassis>) -> Self {
        Self {
            chassis,
            room: Arc::new(Semaphore::new(IN_FLIGHT)),
            admits: true,
        }
    }

    /// For what Pub/Sub pushes, whose token the route checks itself.
    pub(super) fn of_pushes(chassis: Arc<Chassis>) -> Self {
        Self {
            chassis,
            room: Arc::new(Semaphore::new(pushes::AT_ONCE)),
            admits: false,
        }
    }
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guard<S>;

    fn layer(&self, inner: S) -> Guard<S> {
        let at = self.clone();
        Guard { inner, at }
    }
}

#[derive(Clone)]
pub(super) struct Guard<S> {
    inner: S,
    at: GuardLayer,
}

impl<S> Service<Request> for Guard<S>
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

    fn call(&mut self, request: Request) -> Self::Future {
        // The clone takes the place of the one that is ready (tower's rule).
        let clone = self.inner.clone();
        let inner = std::mem::replace(&mut self.inner, clone);
        let GuardLayer {
            chassis,
            room,
            admits,
        } = self.at.clone();
        Box::pin(async move {
            let Ok(_place) = room.try_acquire() else {
                return Ok(full().into_response());
            };
            let deadline = RequestContext::current().and_then(RequestContext::deadline);
            let answer = async {
                if admits {
                    admitted(inner, &chassis, request).await
                } else {
                    caught(inner, request).await
                }
            };
            match deadline {
                None => answer.await,
                Some(deadline) => timeout_at(deadline, answer)
                    .await
                    .unwrap_or_else(|_| Ok(late().into_response())),
            }
        })
    }
}

async fn admitted<S>(inner: S, chassis: &Arc<Chassis>, mut request: Request) -> Result<Response, Infallible>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    match admission::admit(chassis, &mut request).await {
        Ok(taken) => {
            let mut response = caught(inner, request).await?;
            if let Some(taken) = taken {
                taken.tell(response.headers_mut());
            }
            Ok(response)
        }
        Err(refusal) => Ok(*refusal),
    }
}

/// A panic is a problem.
async fn caught<S>(mut inner: S, request: Request) -> Result<Response, Infallible>
where
    S: Service<Request, Response = Response, Error = Infallible>,
{
    let answer = AssertUnwindSafe(async move { inner.call(request).await });
    match answer.catch_unwind().await {
        Ok(answer) => answer,
        Err(panic) => Ok(stack::panicked(panic)),
    }
}

fn full() -> Problem {
    Problem::unavailable("too many requests at once; try again")
        .code("overloaded")
        .retry_after(Duration::from_secs(1))
}

fn late() -> Problem {
    Problem::new(StatusCode::GATEWAY_TIMEOUT, "timeout", "it took too long")
}
