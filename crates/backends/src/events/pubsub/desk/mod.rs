//! What a process holds of a subscription: messages that wait, and those that it gave to its consumers.

mod held;
mod papers;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use google_cloud_pubsub::subscriber::handler::Handler;
pub(super) use held::{Handle, Held, Lease};
use papers::{Papers, Place, Taken, Waiting};
use shared_models::ids::EventId;
use tokio::{
    sync::{oneshot, watch},
    time::Instant,
};

use crate::{
    Error,
    events::{Event, Subscription, Topic},
};

/// When nobody has asked for so long, the streams are closed. Not before: Google's emulator goes on sending to a stream that was closed.
const CLOSED: Duration = Duration::from_secs(20);

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
