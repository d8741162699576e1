//! The outbox: a commit carries its events, and a relay moves them to the event log.

mod relay;

use backends::{
    Clock, Ids,
    documents::{Batch, Collection, Direction, Index, time},
    events::Event,
};
pub(crate) use relay::relay;
use shared_models::events::EventBody;

use crate::chassis::RequestContext;

/// Events that wait for the relay.
const OUTBOX: &str = "outbox";
/// Events that the log will never take; for people to look at.
const DEAD: &str = "outbox_dead";

/// The outbox's collections.
pub const COLLECTIONS: &[Collection] = &[
    Collection {
        name: OUTBOX,
        indexes: &[Index::on(&[]).by("at", Direction::Ascending).sharded()],
        followed: true,
    },
    Collection {
        name: DEAD,
        indexes: &[Index::on(&[]).by("at", Direction::Ascending)],
        followed: false,
    },
];

/// Adds events to commits.
#[derive(Debug, Clone)]
pub struct Outbox {
    source: &'static str,
    clock: Clock,
    ids: Ids,
}

impl Outbox {
    pub(crate) fn new(source: &'static str, clock: Clock, ids: Ids) -> Self {
        Self { source, clock, ids }
    }

    /// Adds an event to `batch`: it happens exactly when the batch is committed.
    ///
    /// `revision` is the subject's after the change, so that an older event never overwrites a newer one.
    pub fn emit<B: EventBody>(
        &self,
        batch: &mut Batch,
        subject: impl std::fmt::Display,
        revision: u64,
        body: &B,
    ) -> backends::Result<()> {
        let data = serde_json::to_value(body).map_err(|error| backends::Error::Invalid(error.to_string()))?;
        let event = Event {
            id: self.ids.fresh(),
            topic: B::TOPIC,
            source: self.source.to_owned(),
            subject: subject.to_string(),
            revision,
            time: self.clock.now(),
            traceparent: RequestContext::current().map(RequestContext::traceparent),
            data,
        };
        let waiting = serde_json::json!({ "at": time::value(event.time), "event": event });
        batch.create(OUTBOX, event.id.to_string(), &waiting)?;
        Ok(())
    }
}
