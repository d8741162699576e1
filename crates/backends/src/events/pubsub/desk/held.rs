//! Messages in our hands.

use chrono::{DateTime, Utc};
use google_cloud_pubsub::subscriber::handler::Handler;
use tokio::sync::oneshot;

use crate::events::Event;

/// A message in our hands; dropped, it goes back.
pub(in super::super) enum Handle {
    Stream(Handler),
    /// Tells whoever pushed whether it is settled.
    Push(oneshot::Sender<()>),
}

impl Handle {
    pub(in super::super) fn ack(self) {
        match self {
            Self::Stream(handler) => handler.ack(),
            Self::Push(settled) => drop(settled.send(())), // or who pushed has given up
        }
    }
}

/// An event in our hands, with every message that brought it.
pub(in super::super) struct Held {
    pub(in super::super) event: Event,
    pub(in super::super) handles: Vec<Handle>,
}

impl Held {
    pub(in super::super) fn ack(self) {
        self.handles.into_iter().for_each(Handle::ack);
    }
}

/// Whose an event is until when.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Lease {
    pub(in super::super) attempt: u32,
    pub(in super::super) until: DateTime<Utc>,
}
