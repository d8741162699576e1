//! Streams are opened again when Pub/Sub comes back, or says nothing.
//!
//! They try by themselves, but after an outage once a minute only, and they do not find out that a connection is dead
//! which nobody has closed.

use std::{
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::time::{sleep, timeout};

use super::{
    Shared,
    wire::{Line, code},
};
use crate::events::Topic;

/// While there are streams, Pub/Sub is asked this often whether it is there: a project may ask 6,000 times a minute.
const ASK: Duration = Duration::from_secs(8);
/// And this often while it is not.
const ASK_AWAY: Duration = Duration::from_secs(1);
/// How long it may take to say so.
const PATIENCE: Duration = Duration::from_secs(2);
/// So long streams may bring nothing before others are tried; not on Google's emulator, which never forgets the old.
const SILENCE: Duration = Duration::from_mins(1);

/// Watches over the streams for as long as there are any.
pub(super) async fn watch(shared: Weak<Shared>) {
    let mut watch = Watch::default();
    loop {
        sleep(if watch.away { ASK_AWAY } else { ASK }).await;
        let Some(shared) = shared.upgrade() else {
            return;
        };
        watch.look(&shared).await;
    }
}

#[derive(Default)]
struct Watch {
    /// Pub/Sub did not answer.
    away: bool,
    /// What streams were opened on.
    line: Option<Weak<Line>>,
}

impl Watch {
    async fn look(&mut self, shared: &Shared) {
        let desks = shared.desks();
        let Some(heard) = desks.iter().filter_map(|desk| desk.heard_at()).max() else {
            *self = Self::default();
            return;
        };
        let there = shared.is_there().await;
        let silent = heard.elapsed() >= SILENCE && !shared.wire.is_emulator();
        if there && (self.away || silent) {
            shared.wire.leave(&shared.wire.line()).await;
        }
        self.away = !there;
        let newest = Arc::downgrade(&shared.wire.line());
        let old = self.line.replace(newest.clone());
        if old.is_some_and(|old| !old.ptr_eq(&newest)) {
            for desk in desks {
                desk.reopen();
            }
        }
    }
}

impl Shared {
    /// Whether there is any answer but that it cannot be reached.
    async fn is_there(&self) -> bool {
        let Some(topic) = Topic::ALL.first() else {
            return true;
        };
        let name = self.wire.topic(topic.name());
        let asked = self
            .wire
            .call(|line| line.topics.get_topic().set_topic(name).send());
        match timeout(PATIENCE, asked).await {
            Ok(Ok(Ok(_))) => true,
            Ok(Ok(Err(refused))) => !matches!(code(&refused), None | Some("UNAVAILABLE" | "INTERNAL")),
            Ok(Err(_)) | Err(_) => false,
        }
    }
}
