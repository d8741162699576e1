use std::{future::Future, sync::Arc, time::Duration};

use backends::{
    documents::Batch,
    events::{Event, Subscription},
};
use futures::future::BoxFuture;

use crate::{
    Kit, Problem, idempotency,
    inbox::{self, ConsumeError, Consumer},
    jobs::{self, Job, JobError, Kind, Policy},
    outbox, sweeps,
    sweeps::Sweep,
};

/// Duties that no request asks for. Each tolerates any number of instances, of two versions.
#[derive(Default)]
pub struct Background {
    consumers: Vec<(Subscription, Consumer)>,
    jobs: Vec<Kind>,
    sweeps: Vec<(&'static str, Duration, Sweep)>,
    followers: Vec<(&'static str, BoxFuture<'static, ()>)>,
}

impl Background {
    /// Handles the events of a subscription. What the handler returns is committed together with
    /// the event's id, so an event delivered twice has one effect.
    ///
    /// When another write is in the way of the effect, the handler is asked again at once: it reads first.
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
    ///
    /// When another write is in the way of the effect, the handler is asked again at once: it reads first.
    #[must_use]
    pub fn run<F, R>(self, kind: &'static str, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Batch, JobError>> + Send + 'static,
    {
        self.run_with(kind, Policy::default(), handler)
    }

    /// The same with another patience.
    #[must_use]
    pub fn run_with<F, R>(mut self, kind: &'static str, policy: Policy, handler: F) -> Self
    where
        F: Fn(Job) -> R + Send + Sync + 'static,
        R: Future<Output = Result<Batch, JobError>> + Send + 'static,
    {
        let handler = move |job| -> BoxFuture<'static, _> { Box::pin(handler(job)) };
        self.jobs.push(Kind {
            name: kind,
            policy,
            handler: Arc::new(handler),
        });
        self
    }

    /// Does something every `interval`, on one instance at a time (under the lease `sweep:<name>`).
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

    /// Whether it handles any events.
    pub(crate) fn listens(&self) -> bool {
        !self.consumers.is_empty()
    }

    /// Starts every duty of the service and of the kit.
    pub(crate) fn start(self, kit: &Kit) {
        let tasks = &kit.tasks;
        tasks.spawn_last(outbox::relay(kit.clone()));
        tasks.spawn(kit.verifier.clone().follow(kit.tasks.clone()));
        if !self.consumers.is_empty() {
            let outcomes = inbox::outcomes(kit);
            for (subscription, handler) in self.consumers {
                tasks.spawn(inbox::consume(
                    kit.clone(),
                    subscription,
                    handler,
                    outcomes.clone(),
                ));
            }
        }
        if !self.jobs.is_empty() {
            jobs::run(kit, self.jobs);
        }
        for (name, interval, sweep) in self.sweeps.into_iter().chain(housekeeping(kit)) {
            tasks.spawn(sweeps::sweeping(kit.clone(), name, interval, sweep));
        }
        for (name, follower) in self.followers {
            tasks.spawn(following(kit.clone(), name, follower));
        }
    }
}

async fn following(kit: Kit, name: &'static str, follower: BoxFuture<'static, ()>) {
    tokio::select! {
        () = kit.tasks.draining() => {}
        () = follower => tracing::error!(service = kit.service.name, name, "a follower ended before the service"),
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
