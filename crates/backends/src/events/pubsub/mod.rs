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
use chrono::{DateTime, Utc};
use futures::future::join_all;
use tokio::{
    sync::oneshot,
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use self::{
    desk::{Candidate, Desk, Held, Lease},
    known::Known,
    ledger::{Claim, Ledger},
    receipt::Receipt,
    stream::Reader,
    wire::{Wire, dead_topic},
};
pub use self::{
    ledger::COLLECTIONS,
    wire::{Address, Server},
};
use super::{Delivery, Event, Events, Outcome, Pushed, Pushes, Subscription, Topic, backoff};
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

    /// Asks the ledger for each, all at once; fails only when nothing could be leased.
    async fn lease(&self, subscription: Subscription, candidates: Vec<Candidate>) -> Result<Vec<Delivery>> {
        let asked = candidates
            .into_iter()
            .map(|candidate| self.lease_one(subscription, candidate));
        let mut leased = Vec::new();
        let mut failed = Ok(());
        for answer in join_all(asked).await {
            match answer {
                Ok(delivery) => leased.extend(delivery),
                Err(error) => failed = Err(error),
            }
        }
        if leased.is_empty() {
            failed?;
        }
        Ok(leased)
    }

    async fn lease_one(&self, subscription: Subscription, candidate: Candidate) -> Result<Option<Delivery>> {
        let now = self.clock.now();
        let claim = self.ledger.claim(subscription, &candidate.event, now).await?;
        if let Claim::Ours(attempt) = claim {
            let event = candidate.event.clone();
            let receipt = Receipt {
                event: event.id,
                attempt,
                subscription: subscription.name.to_owned(),
            };
            candidate.leased(Lease {
                attempt,
                until: now + subscription.lease,
            });
            return Ok(Some(Delivery {
                event,
                attempt,
                receipt: receipt.to_string(),
            }));
        }
        let desk = self.desk(subscription);
        let Some(held) = candidate.taken_back() else {
            return Ok(None);
        };
        match claim {
            Claim::Later(due_at) => desk.later(held, Some(due_at)),
            Claim::Spent(attempt) => self.bury(&desk, attempt, held).await?,
            Claim::Settled | Claim::Ours(_) => held.ack(),
        }
        Ok(None)
    }

    async fn settle(&self, desk: &Desk, receipt: Receipt, outcome: Outcome) -> Result<()> {
        let Receipt { event, attempt, .. } = receipt;
        if desk.leased(event, attempt).is_none() {
            return Ok(()); // the lease was lost
        }
        let (subscription, now) = (desk.subscription, self.clock.now());
        let (name, id) = (subscription.name, event.to_string());
        let last = attempt >= subscription.max_attempts;
        match outcome {
            Outcome::Extend => {
                let until = now + subscription.lease;
                if self.ledger.due(name, &id, attempt, until).await? {
                    desk.extended(event, Lease { attempt, until });
                }
            }
            Outcome::Done => {
                self.ledger.done(name, &id, attempt).await?;
                if let Some(held) = desk.settled(event, attempt) {
                    held.ack();
                }
            }
            Outcome::Retry if !last => {
                let due_at = self.after_backoff(now, attempt);
                self.ledger.due(name, &id, attempt, due_at).await?;
                if let Some(held) = desk.settled(event, attempt) {
                    desk.later(held, Some(due_at));
                }
            }
            Outcome::Retry | Outcome::Dead => {
                if let Some(held) = desk.settled(event, attempt) {
                    self.bury(desk, attempt, held).await?;
                }
            }
        }
        desk.bell.send_replace(());
        Ok(())
    }

    fn after_backoff(&self, now: DateTime<Utc>, attempt: u32) -> DateTime<Utc> {
        now + chrono::Duration::microseconds(backoff::after(attempt, self.ids.bytes()))
    }

    /// Makes an event a dead letter: on its topic, for whoever watches that, and in the ledger, where it stays.
    async fn bury(&self, desk: &Desk, attempt: u32, held: Held) -> Result<()> {
        let name = desk.subscription.name;
        let dead = async {
            let letter = message::message(&held.event)?;
            self.wire.publish(vec![(dead_topic(name), letter)]).await?;
            self.ledger.dead(name, &held.event, attempt).await
        };
        match dead.await {
            Ok(_) => {
                held.ack();
                Ok(())
            }
            Err(error) => {
                desk.later(held, None);
                Err(error)
            }
        }
    }

    /// Ends the leases that nobody renewed; one after another, so that whoever comes second finds it done.
    async fn end_leases(&self, desk: &Desk) -> Result<()> {
        let _ending = desk.ending.lock().await;
        for (lease, held) in desk.lapsed(self.clock.now()) {
            self.bury(desk, lease.attempt, held).await?;
        }
        Ok(())
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
