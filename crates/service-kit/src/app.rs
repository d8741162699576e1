use std::{future::Future, sync::Arc, time::Duration};

use axum::{extract::Request, response::Response};
use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use futures::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};
use utoipa_axum::router::OpenApiRouter;

use crate::{
    Kit, Problem, idempotency,
    inbox::{self, ConsumeError},
    jobs::{self, Job, JobError},
    outbox,
};

/// A built service: what it answers, and what it does without being asked.
pub struct App {
    /// Routes with their OpenAPI descriptions.
    pub router: OpenApiRouter,
    pub background: Background,
    /// What readiness also depends on, beside the ports: an index, say.
    pub checks: Vec<(&'static str, Check)>,
    /// Replaces the API document derived from `router`: the gateway's is merged from all services.
    pub description: Option<Description>,
    /// Takes requests before the router sees them: the gateway's way to the others.
    pub hop: Option<Arc<dyn Hop>>,
    /// Headers that every answer carries.
    pub always: HeaderMap,
}

/// Hands requests on to other services.
///
/// They meet only the chassis's record layer and CORS: whoever hands on checks tokens, limits and times itself.
pub trait Hop: Send + Sync + 'static {
    /// Whether a request is to be handed on. Asked of every request.
    fn takes(&self, request: &Request) -> bool;

    /// Hands it on. Refusals may be a [`Problem`]; what a peer refused stays as the peer said it.
    fn answer(self: Arc<Self>, request: Request) -> BoxFuture<'static, Response>;
}

/// Whether a part of this instance can work.
pub type Check = Arc<dyn Fn() -> BoxFuture<'static, backends::Result<()>> + Send + Sync>;
/// Makes an API document when it is asked for.
pub type Description = Arc<dyn Fn() -> BoxFuture<'static, utoipa::openapi::OpenApi> + Send + Sync>;

impl App {
    /// A service that only answers.
    pub fn new(router: OpenApiRouter) -> Self {
        Self {
            router,
            background: Background::default(),
            checks: Vec::new(),
            description: None,
            hop: None,
            always: HeaderMap::new(),
        }
    }

    /// Hands on what `hop` takes, past the router.
    #[must_use]
    pub fn handing_on(self, hop: Arc<dyn Hop>) -> Self {
        Self {
            hop: Some(hop),
            ..self
        }
    }

    /// Answers every request with this header, too.
    #[must_use]
    pub fn always(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.always.insert(name, value);
        self
    }

    /// Ready only when this holds, too.
    #[must_use]
    pub fn ready_when(mut self, name: &'static str, check: Check) -> Self {
        self.checks.push((name, check));
        self
    }

    /// Shows this API document instead of its own.
    #[must_use]
    pub fn described_by(self, description: Description) -> Self {
        Self {
            description: Some(description),
            ..self
        }
    }

    /// With duties of its own.
    #[must_use]
    pub fn with(self, background: Background) -> Self {
        Self { background, ..self }
    }
}

pub(crate) type Consumer =
    Arc<dyn Fn(Event) -> BoxFuture<'static, Result<Batch, ConsumeError>> + Send + Sync>;
pub(crate) type JobHandler = Arc<dyn Fn(Job) -> BoxFuture<'static, Result<Batch, JobError>> + Send + Sync>;
pub(crate) type Sweep = Arc<dyn Fn() -> BoxFuture<'static, Result<(), Problem>> + Send + Sync>;

/// Duties that no request asks for. Each tolerates any number of instances, of two versions.
#[derive(Default)]
pub struct Background {
    pub(crate) consumers: Vec<(Subscription, Consumer)>,
    pub(crate) jobs: Vec<(&'static str, JobHandler)>,
    pub(crate) sweeps: Vec<(&'static str, Duration, Sweep)>,
    pub(crate) followers: Vec<(&'static str, BoxFuture<'static, ()>)>,
}

impl Background {
    /// Handles the events of a subscription. What the handler returns is committed together with
    /// the event's id, so an event delivered twice has one effect.
    #[must_use]
    pub fn consume<F, R>(mut self, subscription: Subscription, handler: F) -> Self
    where
        F: Fn(Event) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Batch, ConsumeError>> + Send + 'static,
    {
        let handler = move |event| -> BoxFuture<'static, _> { Box::pin(handler(event)) };
        self.consumers.push((subscription, Arc::new(handler)));
        self
    }

    /// Runs the jobs of a kind. What the handler returns is committed together with the job's end.
    #[must_use]
    pub fn run<F, R>(mut self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Batch, JobError>> + Send + 'static,
    {
        let handler = move |job| -> BoxFuture<'static, _> { Box::pin(handler(job)) };
        self.jobs.push((kind, Arc::new(handler)));
        self
    }

    /// Does something every `interval`, on one instance at a time (under the lease `name`).
    #[must_use]
    pub fn every<F, R>(mut self, name: &'static str, interval: Duration, sweep: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), Problem>> + Send + 'static,
    {
        let sweep = move || -> BoxFuture<'static, _> { Box::pin(sweep()) };
        self.sweeps.push((name, interval, Arc::new(sweep)));
        self
    }

    /// Runs on every instance until shutdown: an index that follows `changes`.
    #[must_use]
    pub fn follow(mut self, name: &'static str, follower: impl Future<Output = ()> + Send + 'static) -> Self {
        self.followers.push((name, Box::pin(follower)));
        self
    }

    /// Starts every duty of the service and of the kit.
    pub(crate) fn start(self, kit: &Kit) {
        let tasks = &kit.tasks;
        tasks.spawn(outbox::relay(kit.clone()));
        for (subscription, handler) in self.consumers {
            tasks.spawn(inbox::consume(kit.clone(), subscription, handler));
        }
        if !self.jobs.is_empty() {
            tasks.spawn(jobs::run(kit.clone(), self.jobs));
        }
        for (name, interval, sweep) in self.sweeps.into_iter().chain(housekeeping(kit)) {
            tasks.spawn(sweeping(kit.clone(), name, interval, sweep));
        }
        for (_, follower) in self.followers {
            let draining = kit.tasks.clone();
            tasks.spawn(async move {
                tokio::select! {
                    () = draining.draining() => {}
                    () = follower => {}
                }
            });
        }
    }
}

/// The kit forgets what has expired.
fn housekeeping(kit: &Kit) -> Vec<(&'static str, Duration, Sweep)> {
    let kit = kit.clone();
    let sweep: Sweep = Arc::new(move || {
        let kit = kit.clone();
        Box::pin(async move {
            let (store, now) = (&kit.backends.documents, kit.clock.now());
            kit.idempotency.sweep().await?;
            inbox::sweep(store, &kit.clock).await?;
            idempotency::forget_expired(store, jobs::JOBS, now).await?;
            Ok(())
        })
    });
    vec![("housekeeping", Duration::from_hours(1), sweep)]
}

/// The lease lasts as long as the interval and is not given back: one run an interval, on one instance.
async fn sweeping(kit: Kit, name: &'static str, interval: Duration, sweep: Sweep) {
    let lease = format!("sweep:{name}");
    let look = interval.min(Duration::from_mins(1));
    while !kit.tasks.is_draining() {
        match kit.leases.acquire(&lease, interval).await {
            Ok(Some(_)) => {
                if let Err(problem) = sweep().await {
                    tracing::warn!(service = kit.service.name, name, ?problem, "a sweep failed");
                }
            }
            Ok(None) => {}
            Err(error) => tracing::warn!(service = kit.service.name, name, %error, "a sweep waits"),
        }
        tokio::select! {
            () = kit.tasks.draining() => return,
            () = tokio::time::sleep(look) => {}
        }
    }
}
