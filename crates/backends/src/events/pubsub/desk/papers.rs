//! What lies on a desk.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    time::Duration,
};

use chrono::{DateTime, Utc};
use shared_models::ids::EventId;
use tokio::{sync::oneshot, time::Instant};

use super::held::{Handle, Held, Lease};
use crate::{
    Error,
    events::{Event, Topic},
};

/// Streams that nobody asked for until so short ago may still bring what is older than what they brought.
const FRESH: Duration = Duration::from_secs(1);
/// And so long after the last message they bring no more for now.
const QUIET: Duration = Duration::from_millis(150);
/// What is held goes back to the others when nobody has asked for it for so long.
const IDLE: Duration = Duration::from_secs(1);

/// The order in which events happened.
pub(super) type Place = (DateTime<Utc>, EventId);

pub(super) struct Waiting {
    pub(super) held: Held,
    pub(super) due_at: Option<DateTime<Utc>>,
}

pub(super) struct Taken {
    pub(super) held: Held,
    /// `None` while the ledger is asked.
    pub(super) lease: Option<Lease>,
}

#[derive(Default)]
pub(super) struct Papers {
    pub(super) waiting: BTreeMap<Place, Waiting>,
    pub(super) taken: HashMap<EventId, Taken>,
    /// Each ends when it is sent what it shall give back, or this is dropped.
    pub(super) streams: HashMap<Topic, (u64, oneshot::Sender<Vec<Handle>>)>,
    pub(super) streams_so_far: u64,
    pub(super) pullers: usize,
    pub(super) left_at: Option<Instant>,
    /// Whoever left last got nothing.
    pub(super) left_empty: bool,
    /// When somebody began to ask.
    pub(super) asked_at: Option<Instant>,
    pub(super) arrived_at: Option<Instant>,
    /// When streams were opened, or brought something.
    pub(super) heard_at: Option<Instant>,
    pub(super) failed: Option<Error>,
}

impl Papers {
    pub(super) fn is_attended(&self) -> bool {
        let lately = self.left_at.is_some_and(|left| left.elapsed() < IDLE);
        self.pullers > 0 || (lately && !self.left_empty)
    }

    pub(super) fn is_fresh(&self, now: Instant) -> bool {
        self.asked_at.is_some_and(|asked| now < asked + FRESH)
    }

    pub(super) fn may_bring_older(&self, now: Instant) -> bool {
        self.is_fresh(now) && self.arrived_at.is_some_and(|arrived| now < arrived + QUIET)
    }

    /// A message more of what is there already is kept with the others: it may be the same one, come again.
    pub(super) fn arrived(&mut self, event: Event, handle: Handle) {
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

    pub(super) fn due(&self, topics: &[Topic], max: usize, now: DateTime<Utc>) -> Vec<Place> {
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

    pub(super) fn leased(&self, event: EventId, attempt: u32) -> Option<Lease> {
        let lease = self.taken.get(&event)?.lease?;
        (lease.attempt == attempt).then_some(lease)
    }

    /// Ends the streams, which give back what they brought once they are closed: before, it would come to them again.
    pub(super) fn close(&mut self) {
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
