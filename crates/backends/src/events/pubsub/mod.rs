//! Events on Pub/Sub.
//!
//! * Pub/Sub carries: a topic of ours is a topic there, a subscription of ours is one there for each of its topics.
//!   A subject is an ordering key. Streams bring messages, whose leases are extended while they are held; in push
//!   mode requests bring them.
//! * The ledger remembers: how often an event was delivered to a subscription, until when somebody has it or it
//!   waits, that it was done, or is dead. It is a collection in the consumer's own documents.
//! * The desk is what this process holds; what nobody here asks for goes back to the others.
//!
//! Google's emulator differs from production, without harm here: it begins a new subscription at the oldest message by
//! itself, and never forgets a label that says it shall; it binds an ordering key to the stream that got it first, even when
//! that was closed, so on it no subscription is ordered there, and only the desk keeps order; it does not sign pushes.

mod deliveries;
mod desk;
mod known;
mod ledger;
mod message;
mod receipt;
mod stream;
mod watch;
mod wire;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, OnceLock, PoisonError, Weak},
    time::Duration,
};

use async_trait::async_trait;
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use self::{desk::Desk, known::Known, ledger::Ledger, receipt::Receipt, stream::Reader, wire::Wire};
pub use self::{
    ledger::COLLECTIONS,
    wire::{Address, Server},
};
use super::{Delivery, Event, Events, Outcome, Pushed, Pushes, Subscription, Topic};
use crate::{Clock, Error, Ids, Result, documents::Store};

/// What becomes due is looked for this often, by a clock that may be moved meanwhile.
const LOOK: Duration = Duration::from_millis(250);
/// While streams are fresh.
const SOON: Duration = Duration::from_millis(25);
/// The ledger forgets this often.
const SWEEP: Duration = Duration::from_hours(1);
/// Whoever pushes waits for the outcome at most so long; then it pushes again.
const PUSH_PATIENCE: Duration = Duration::from_secs(50);

/// The events of a project, as one service publishes and consumes them.
pub struct PubSubEvents {
    shared: Arc<Shared>,
    /// Streams and the keeper; they end with the log.
    tasks: Mutex<JoinSet<()>>,
    keeper: OnceLock<()>,
}

struct Shared {
    wire: Wire,
    ledger: Ledger,
    clock: Clock,
    ids: Ids,
    known: Known,
    desks: Mutex<HashMap<&'static str, Arc<Desk>>>,
}

impl PubSubEvents {
    /// Connects. `store` must have [`COLLECTIONS`]; `clock` decides what is due.
    ///
    /// On an emulator it makes the topics; elsewhere they are there.
    pub async fn connect(address: Address, store: Store, clock: Clock) -> Result<Self> {
        let wire = Wire::connect(address).await?;
        if wire.is_emulator() {
            wire.have_topics().await?;
        }
        let shared = Shared {
            wire,
            ledger: Ledger(store),
            ids: Ids::new(clock.clone()),
            clock,
            known: Known::default(),
            desks: Mutex::default(),
        };
        Ok(Self {
            shared: Arc::new(shared),
            tasks: Mutex::default(),
            keeper: OnceLock::new(),
        })
    }

    /// Opens the streams that are missing, unless events are pushed here.
    fn open(&self, desk: &Arc<Desk>, subscription: &Subscription) {
        self.keeper.get_or_init(|| {
            self.spawn(keep(Arc::downgrade(&self.shared)));
            self.spawn(watch::watch(Arc::downgrade(&self.shared)));
        });
        if self.shared.wire.address.push.is_some() {
            return;
        }
        desk.open(subscription.topics, |topic, number, closed| {
            let stream = self.shared.wire.stream(*subscription, topic);
            let reader = Reader {
                shared: self.shared.clone(),
                desk: desk.clone(),
                topic,
                number,
            };
            self.spawn(reader.read(stream, closed));
        });
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let mut tasks = self.tasks.lock().unwrap_or_else(PoisonError::into_inner);
        while tasks.try_join_next().is_some() {}
        tasks.spawn(task);
    }
}

impl Drop for PubSubEvents {
    fn drop(&mut self) {
        for desk in self.shared.desks() {
            desk.clear();
        }
    }
}

#[async_trait]
impl Events for PubSubEvents {
    async fn publish(&self, events: &[Event]) -> Result<()> {
        let message = |event: &Event| Ok((event.topic.name().to_owned(), message::message(event)?));
        let messages: Result<Vec<_>> = events.iter().map(message).collect();
        self.shared.wire.publish(messages?).await
    }

    async fn subscribe(&self, subscription: &Subscription) -> Result<()> {
        self.shared.wire.subscribe(subscription).await
    }

    async fn pull(&self, subscription: &Subscription, max: usize, wait: Duration) -> Result<Vec<Delivery>> {
        let shared = &self.shared;
        shared.known.check(&shared.wire, subscription).await?;
        let desk = shared.desk(*subscription);
        let mut bell = desk.bell.subscribe();
        let puller = desk.pulled();
        let deadline = Instant::now() + wait;
        self.open(&desk, subscription);
        loop {
            bell.mark_unchanged();
            shared.end_leases(&desk).await?;
            let candidates = desk.take(subscription.topics, max, shared.clock.now());
            let leased = shared.lease(*subscription, candidates).await?;
            if !leased.is_empty() {
                return Ok(leased);
            }
            if let Some(error) = desk.failure() {
                return Err(error);
            }
            self.open(&desk, subscription);
            let (fresh, now) = (desk.is_fresh(), Instant::now());
            if now >= deadline && !fresh {
                puller.leaves();
                return Ok(Vec::new());
            }
            let look = now + if fresh { SOON } else { LOOK };
            let until = if fresh { look } else { look.min(deadline) };
            let rung = timeout_at(until, bell.changed()).await;
            drop(rung); // or it is time to look anyway
        }
    }

    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> Result<()> {
        let receipt: Receipt = delivery.receipt.parse()?;
        let desk = self.shared.desk_of(&receipt.subscription);
        let Some(desk) = desk else {
            return Ok(()); // it was delivered by another process, or in another life
        };
        self.shared.settle(&desk, receipt, outcome).await
    }

    async fn dead_letters(&self, subscription: &Subscription, max: usize) -> Result<Vec<Event>> {
        let shared = &self.shared;
        shared.known.check(&shared.wire, subscription).await?;
        shared.end_leases(&shared.desk(*subscription)).await?;
        shared.ledger.dead_letters(subscription.name, max).await
    }

    async fn ping(&self) -> Result<()> {
        let wire = &self.shared.wire;
        let Some(topic) = Topic::ALL.first() else {
            return Ok(());
        };
        let name = wire.topic(topic.name());
        match wire.topic_is_there(&name).await {
            Err(Error::NotFound) => Err(Error::Other(format!("Pub/Sub has no topic {}", topic.name()))),
            answer => answer,
        }
    }
}

#[async_trait]
impl Pushes for PubSubEvents {
    async fn push(&self, subscription: &str, body: &[u8]) -> Result<Pushed> {
        let arrived = message::pushed(body)?;
        let desk = self.shared.desk_of(subscription).ok_or(Error::NotFound)?;
        let event = match message::event(&arrived) {
            Ok(event) => event,
            Err(why) => {
                self.shared
                    .set_aside(desk.subscription.name, arrived, &why)
                    .await?;
                return Ok(Pushed::Settled);
            }
        };
        if !desk.subscription.topics.contains(&event.topic) {
            let topic = event.topic.name();
            return Err(Error::Invalid(format!(
                "{subscription} does not listen to {topic}"
            )));
        }
        let (settled, outcome) = oneshot::channel();
        desk.pushed(event, settled);
        match timeout(PUSH_PATIENCE, outcome).await {
            Ok(Ok(())) => Ok(Pushed::Settled),
            Ok(Err(_)) | Err(_) => Ok(Pushed::Again),
        }
    }
}

impl Shared {
    fn desks(&self) -> Vec<Arc<Desk>> {
        let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.values().cloned().collect()
    }

    fn desk(&self, subscription: Subscription) -> Arc<Desk> {
        let mut desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        let desk = desks
            .entry(subscription.name)
            .or_insert_with(|| Arc::new(Desk::of(subscription)));
        desk.clone()
    }

    fn desk_of(&self, subscription: &str) -> Option<Arc<Desk>> {
        let desks = self.desks.lock().unwrap_or_else(PoisonError::into_inner);
        desks.get(subscription).cloned()
    }
}

/// Looks after the desks for as long as there are any.
async fn keep(shared: Weak<Shared>) {
    let mut swept = Instant::now();
    loop {
        sleep(LOOK).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        for desk in shared.desks() {
            if let Err(error) = shared.end_leases(&desk).await {
                let subscription = desk.subscription.name;
                tracing::warn!(subscription, %error, "what failed for the last time is tried again");
            }
            desk.tidy();
        }
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            if let Err(error) = shared.ledger.sweep(shared.clock.now()).await {
                tracing::warn!(%error, "old deliveries could not be forgotten");
            }
        }
    }
}
