//! What a process holds of a subscription: messages that wait, and those that it gave to its consumers.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use google_cloud_pubsub::subscriber::handler::Handler;
use shared_models::ids::EventId;
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};

use crate::{
    Error,
    events::{Event, Subscription, Topic},
};

/// Streams that nobody asked for until so short ago may still bring what is older than what they brought.
const FRESH: Duration = Duration::from_secs(1);
/// And so long after the last message they bring no more for now.
const QUIET: Duration = Duration::from_millis(150);
/// What is held goes back to the others when nobody has asked for it for so long.
const IDLE: Duration = Duration::from_secs(1);
/// Then the streams are closed. Not before: Google's emulator goes on sending to a stream that was closed.
const CLOSED: Duration = Duration::from_secs(20);

/// A message in our hands; dropped, it goes back.
pub(super) enum Handle {
    Stream(Handler),
    /// Tells whoever pushed whether it is settled.
    Push(oneshot::Sender<()>),
}

impl Handle {
    pub(super) fn ack(self) {
        match self {
            Self::Stream(handler) => handler.ack(),
            Self::Push(settled) => drop(settled.send(())), // or who pushed has given up
        }
    }
}

/// An event in our hands, with every message that brought it.
pub(super) struct Held {
    pub(super) event: Event,
    pub(super) handles: Vec<Handle>,
}

impl Held {
    pub(super) fn ack(self) {
        self.handles.into_iter().for_each(Handle::ack);
    }
}

/// Whose an event is until when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lease {
    pub(super) attempt: u32,
    pub(super) until: DateTime<Utc>,
}

/// The order in which events happened.
type Place = (DateTime<Utc>, EventId);

struct Waiting {
    held: Held,
    due_at: Option<DateTime<Utc>>,
}

struct Taken {
    held: Held,
    /// `None` while the ledger is asked.
    lease: Option<Lease>,
}

#[derive(Default)]
struct Papers {
    waiting: BTreeMap<Place, Waiting>,
    taken: HashMap<EventId, Taken>,
    /// Each ends when it is sent what it shall give back, or this is dropped.
    streams: HashMap<Topic, (u64, oneshot::Sender<Vec<Handle>>)>,
    streams_so_far: u64,
    pullers: usize,
    left_at: Option<Instant>,
    /// Whoever left last got nothing.
    left_empty: bool,
    /// When somebody began to ask.
    asked_at: Option<Instant>,
    arrived_at: Option<Instant>,
    /// When streams were opened, or brought something.
    heard_at: Option<Instant>,
    failed: Option<Error>,
}

pub(super) struct Desk {
    pub(super) subscription: Subscription,
    papers: Mutex<Papers>,
    /// Rings when something came or went.
    pub(super) bell: watch::Sender<()>,
    /// Who ends leases; the next waits until that is done.
    pub(super) ending: tokio::sync::Mutex<()>,
}

impl Desk {
    pub(super) fn of(subscription: Subscription) -> Self {
        Self {
            subscription,
            papers: Mutex::default(),
            bell: watch::Sender::new(()),
            ending: tokio::sync::Mutex::default(),
        }
    }

    fn papers(&self) -> MutexGuard<'_, Papers> {
        self.papers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Somebody asks.
    pub(super) fn pulled(self: &Arc<Self>) -> Puller {
        let mut papers = self.papers();
        if !papers.is_attended() {
            papers.asked_at = Some(Instant::now());
        }
        papers.pullers += 1;
        papers.failed = None;
        drop(papers);
        Puller {
            desk: self.clone(),
            empty: false,
        }
    }

    /// `open` begins the streams that are missing, each with its number and its end.
    pub(super) fn open(
        &self,
        topics: &[Topic],
        mut open: impl FnMut(Topic, u64, oneshot::Receiver<Vec<Handle>>),
    ) {
        let mut papers = self.papers();
        for topic in topics {
            if papers.streams.contains_key(topic) {
                continue;
            }
            papers.streams_so_far += 1;
            let (number, (end, ended)) = (papers.streams_so_far, oneshot::channel());
            papers.streams.insert(*topic, (number, end));
            papers.asked_at = Some(Instant::now());
            papers.heard_at = papers.asked_at;
            open(*topic, number, ended);
        }
    }

    /// When its streams were opened or last brought something; `None` when there are none.
    pub(super) fn heard_at(&self) -> Option<Instant> {
        let papers = self.papers();
        papers.heard_at.filter(|_| !papers.streams.is_empty())
    }

    /// Ends the streams, which are silent: who asks opens others. What they brought stays.
    pub(super) fn reopen(&self) {
        for (_, (_, end)) in self.papers().streams.drain() {
            drop(end.send(Vec::new())); // or it has just failed
        }
        self.bell.send_replace(());
    }

    /// A stream brought an event. It goes back when nobody asks for any, or the stream was closed meanwhile.
    pub(super) fn streamed(&self, number: u64, event: Event, handler: Handler) {
        let mut papers = self.papers();
        let stream = papers.streams.get(&event.topic);
        let open = stream.is_some_and(|(is, _)| *is == number);
        if open && papers.is_attended() {
            papers.arrived(event, Handle::Stream(handler));
        }
        drop(papers);
        self.bell.send_replace(());
    }

    /// A push brought an event. It goes back when nobody asks for any here.
    pub(super) fn pushed(&self, event: Event, settled: oneshot::Sender<()>) {
        let mut papers = self.papers();
        if papers.is_attended() {
            papers.arrived(event, Handle::Push(settled));
        }
        drop(papers);
        self.bell.send_replace(());
    }

    /// A stream ended with an error, or would never bring anything again.
    pub(super) fn failed(&self, topic: Topic, number: u64, error: Error) {
        let mut papers = self.papers();
        if papers.streams.get(&topic).is_some_and(|(is, _)| *is == number) {
            papers.streams.remove(&topic);
            papers.failed = Some(error);
        }
        drop(papers);
        self.bell.send_replace(());
    }

    pub(super) fn failure(&self) -> Option<Error> {
        self.papers().failed.take()
    }

    /// Takes up to `max` events that may be due: of each subject the earliest, unless it is taken or not yet due.
    pub(super) fn take(self: &Arc<Self>, topics: &[Topic], max: usize, now: DateTime<Utc>) -> Vec<Candidate> {
        let mut papers = self.papers();
        if papers.may_bring_older(Instant::now()) {
            return Vec::new();
        }
        let due = papers.due(topics, max, now);
        let candidate = |place: Place| {
            let Waiting { held, .. } = papers.waiting.remove(&place)?;
            let event = held.event.clone();
            papers.taken.insert(event.id, Taken { held, lease: None });
            Some(Candidate {
                desk: self.clone(),
                event,
                decided: false,
            })
        };
        due.into_iter().filter_map(candidate).collect()
    }

    /// Whether streams that were just opened may yet bring something.
    pub(super) fn is_fresh(&self) -> bool {
        self.papers().is_fresh(Instant::now())
    }

    /// What is leased under this attempt, which ends with it.
    pub(super) fn settled(&self, event: EventId, attempt: u32) -> Option<Held> {
        let mut papers = self.papers();
        let ours = papers.leased(event, attempt).is_some();
        ours.then(|| papers.taken.remove(&event))?.map(|taken| taken.held)
    }

    /// The event that is leased under this attempt.
    pub(super) fn leased(&self, event: EventId, attempt: u32) -> Option<Event> {
        let papers = self.papers();
        papers.leased(event, attempt)?;
        papers.taken.get(&event).map(|taken| taken.held.event.clone())
    }

    pub(super) fn extended(&self, event: EventId, lease: Lease) {
        if let Some(taken) = self.papers().taken.get_mut(&event) {
            taken.lease = Some(lease);
        }
    }

    /// Keeps an event for later; one that was pushed goes back, since whoever pushed it waits for an answer.
    pub(super) fn later(&self, mut held: Held, due_at: Option<DateTime<Utc>>) {
        held.handles.retain(|handle| matches!(handle, Handle::Stream(_)));
        if !held.handles.is_empty() {
            let place = (held.event.time, held.event.id);
            self.papers().waiting.insert(place, Waiting { held, due_at });
        }
        self.bell.send_replace(());
    }

    /// Ends leases that were not renewed; what was tried for the last time is left to the caller to bury.
    pub(super) fn lapsed(&self, now: DateTime<Utc>) -> Vec<(Lease, Held)> {
        let mut papers = self.papers();
        let over = |(id, taken): (&EventId, &Taken)| {
            let lease = taken.lease.filter(|lease| lease.until <= now)?;
            Some((*id, lease))
        };
        let over: Vec<(EventId, Lease)> = papers.taken.iter().filter_map(over).collect();
        let taken = over
            .into_iter()
            .filter_map(|(id, lease)| Some((lease, papers.taken.remove(&id)?.held)));
        let taken: Vec<(Lease, Held)> = taken.collect();
        drop(papers);
        let (spent, others): (Vec<_>, Vec<_>) = taken
            .into_iter()
            .partition(|(lease, _)| lease.attempt >= self.subscription.max_attempts);
        for (_, held) in others {
            self.later(held, None);
        }
        spent
    }

    /// Gives back what waits when nobody has asked for a while.
    pub(super) fn tidy(&self) {
        let mut papers = self.papers();
        if papers.is_attended() {
            return;
        }
        if papers.left_at.is_none_or(|left| left.elapsed() >= CLOSED) {
            papers.close();
        } else {
            papers.waiting.clear();
        }
    }

    /// Everything goes back: the process ends.
    pub(super) fn clear(&self) {
        let mut papers = self.papers();
        papers.close();
        papers.taken.clear();
    }
}

impl Papers {
    fn is_attended(&self) -> bool {
        let lately = self.left_at.is_some_and(|left| left.elapsed() < IDLE);
        self.pullers > 0 || (lately && !self.left_empty)
    }

    fn is_fresh(&self, now: Instant) -> bool {
        self.asked_at.is_some_and(|asked| now < asked + FRESH)
    }

    fn may_bring_older(&self, now: Instant) -> bool {
        self.is_fresh(now) && self.arrived_at.is_some_and(|arrived| now < arrived + QUIET)
    }

    /// A message more of what is there already is kept with the others: it may be the same one, come again.
    fn arrived(&mut self, event: Event, handle: Handle) {
        self.arrived_at = Some(Instant::now());
        self.heard_at = self.arrived_at;
        if let Some(taken) = self.taken.get_mut(&event.id) {
            return taken.held.handles.push(handle);
        }
        let place = (event.time, event.id);
        let new = || Waiting {
            held: Held {
                event,
                handles: Vec::new(),
            },
            due_at: None,
        };
        self.waiting
            .entry(place)
            .or_insert_with(new)
            .held
            .handles
            .push(handle);
    }

    fn due(&self, topics: &[Topic], max: usize, now: DateTime<Utc>) -> Vec<Place> {
        let taken = self.taken.values().map(|taken| taken.held.event.subject.as_str());
        let mut busy: HashSet<&str> = taken.collect();
        let mut due = Vec::new();
        for (place, waiting) in &self.waiting {
            if due.len() == max {
                break;
            }
            let event = &waiting.held.event;
            if !topics.contains(&event.topic) || !busy.insert(&event.subject) {
                continue;
            }
            if waiting.due_at.is_none_or(|due_at| due_at <= now) {
                due.push(*place);
            }
        }
        due
    }

    fn leased(&self, event: EventId, attempt: u32) -> Option<Lease> {
        let lease = self.taken.get(&event)?.lease?;
        (lease.attempt == attempt).then_some(lease)
    }

    /// Ends the streams, which give back what they brought once they are closed: before, it would come to them again.
    fn close(&mut self) {
        let mut back: HashMap<Topic, Vec<Handle>> = HashMap::new();
        for (_, Waiting { held, .. }) in std::mem::take(&mut self.waiting) {
            back.entry(held.event.topic).or_default().extend(held.handles);
        }
        for (topic, (_, end)) in self.streams.drain() {
            // A stream that has just failed gives back at once.
            drop(end.send(back.remove(&topic).unwrap_or_default()));
        }
        self.asked_at = None;
        self.arrived_at = None;
    }
}

/// Somebody who waits for events.
pub(super) struct Puller {
    desk: Arc<Desk>,
    empty: bool,
}

impl Puller {
    /// Nothing came: what comes from now on is for others.
    pub(super) fn leaves(mut self) {
        self.empty = true;
    }
}

impl Drop for Puller {
    fn drop(&mut self) {
        let mut papers = self.desk.papers();
        papers.pullers -= 1;
        papers.left_at = Some(Instant::now());
        papers.left_empty = self.empty;
        if !papers.is_attended() {
            papers.waiting.clear();
        }
    }
}

/// An event that is taken and not yet leased; it goes back to the desk unless something was decided.
pub(super) struct Candidate {
    desk: Arc<Desk>,
    pub(super) event: Event,
    decided: bool,
}

impl Candidate {
    pub(super) fn leased(mut self, lease: Lease) {
        self.decided = true;
        self.desk.extended(self.event.id, lease);
    }

    /// Out of the taken ones.
    pub(super) fn taken_back(mut self) -> Option<Held> {
        self.decided = true;
        let taken = self.desk.papers().taken.remove(&self.event.id);
        taken.map(|taken| taken.held)
    }
}

impl Drop for Candidate {
    fn drop(&mut self) {
        if self.decided {
            return;
        }
        let taken = self.desk.papers().taken.remove(&self.event.id);
        if let Some(taken) = taken {
            self.desk.later(taken.held, None);
        }
    }
}
