//! The events port: a log of topics, and subscriptions that get every event at least once.

mod backoff;
pub mod embedded;
pub mod pubsub;

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
pub use shared_models::events::{Event, Topic};

use crate::Result;

/// An event log, as services hold it.
pub type Log = Arc<dyn Events>;

/// Topics and subscriptions.
#[async_trait]
pub trait Events: Send + Sync + 'static {
    /// Appends events, durably before it answers. Publishing an id again is harmless.
    async fn publish(&self, events: &[Event]) -> Result<()>;

    /// Makes a subscription known; a new one, or a new topic of it, starts at the oldest retained event.
    ///
    /// Topics are only added: of two versions that run side by side, none takes the other's away.
    async fn subscribe(&self, subscription: &Subscription) -> Result<()>;

    /// Up to `max` events that are due, leased for the subscription's `lease`; waits up to `wait`.
    ///
    /// A subject's next event is due when the one before is done or dead: one at a time and in order.
    /// `NotFound` for a subscription that was never made known.
    async fn pull(&self, subscription: &Subscription, max: usize, wait: Duration) -> Result<Vec<Delivery>>;

    /// Says how a delivery went. Settling a delivery whose lease was lost is harmless.
    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> Result<()>;

    /// Events that failed `max_attempts` times, oldest first.
    async fn dead_letters(&self, subscription: &Subscription, max: usize) -> Result<Vec<Event>>;

    /// Whether the log answers: for readiness.
    async fn ping(&self) -> Result<()>;
}

/// Who listens, and how patiently.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subscription {
    /// Unique in the fleet: `product.user-deleted`.
    pub name: &'static str,
    /// What it listens to.
    pub topics: &'static [Topic],
    /// Deliveries before an event becomes a dead letter.
    pub max_attempts: u32,
    /// How long a delivery belongs to who pulled it.
    pub lease: Duration,
}

impl Subscription {
    /// Ten attempts, and thirty seconds for each.
    pub const fn to(name: &'static str, topics: &'static [Topic]) -> Self {
        Self {
            name,
            topics,
            max_attempts: 10,
            lease: Duration::from_secs(30),
        }
    }
}

/// An event in the hands of a consumer.
#[derive(Debug, Clone, PartialEq)]
pub struct Delivery {
    /// As it was published.
    pub event: Event,
    /// From 1.
    pub attempt: u32,
    /// The backend's receipt.
    pub receipt: String,
}

/// How a delivery went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The effect is durable.
    Done,
    /// Try again, with backoff.
    Retry,
    /// Still at it: another `lease` from now.
    Extend,
    /// It will never succeed: straight to the dead letters.
    Dead,
}

/// Takes events that are pushed to a service in place of being pulled by it.
///
/// They reach the same consumers: what was pushed is what `pull` answers.
#[async_trait]
pub trait Pushes: Send + Sync + 'static {
    /// Takes what was pushed for a subscription, and waits for its consumer.
    ///
    /// `NotFound` when nobody here listens to it; `Invalid` when the body is no push, or one of another topic.
    async fn push(&self, subscription: &str, body: &[u8]) -> Result<Pushed>;
}

/// What whoever pushed is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pushed {
    /// It need not come again.
    Settled,
    /// It must.
    Again,
}

/// Who pushes events, and where to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// To this address the subscription's name is added.
    pub endpoint: String,
    /// The service account whose ID tokens come with it; their audience is `endpoint`.
    pub account: String,
}

/// Where events are pushed, when they are not pulled.
#[derive(Clone)]
pub struct PushDoor {
    /// Who may come.
    pub push: Push,
    /// Who takes what they bring.
    pub log: Arc<dyn Pushes>,
}
