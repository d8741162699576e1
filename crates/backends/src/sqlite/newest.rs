use std::{
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak},
    thread,
    time::Duration,
};

use rusqlite::Connection;
use tokio::{
    sync::watch,
    time::{Instant, timeout_at},
};

use super::{last, stamp::data_version};
use crate::{Error, Result};

/// How often other processes' commits are looked for while someone waits; a look takes microseconds.
const POLL: Duration = Duration::from_millis(15);

/// The newest number that any process committed, and who waits for a newer one.
#[derive(Clone)]
pub(super) struct Newest(Arc<Shared>);

struct Shared {
    number: watch::Sender<i64>,
    attention: Arc<Attention>,
}

/// Whether anyone waits: nobody looks at the file in vain.
#[derive(Default)]
struct Attention {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    waiting: usize,
    closed: bool,
}

impl Newest {
    /// Looks for other processes' commits through `db` while someone waits.
    pub(super) fn follow(db: Connection) -> Result<Self> {
        let shared = Arc::new(Shared {
            number: watch::Sender::new(last(&db)?),
            attention: Arc::default(),
        });
        let (attention, shared_weakly) = (shared.attention.clone(), Arc::downgrade(&shared));
        thread::Builder::new()
            .name("sqlite-newest".to_owned())
            .spawn(move || look(&db, &attention, &shared_weakly))
            .map_err(|error| Error::Unavailable(format!("cannot start a thread: {error}")))?;
        Ok(Self(shared))
    }

    /// Says that `number` was committed.
    pub(super) fn tell(&self, number: i64) {
        self.0.tell(number);
    }

    /// Waits until a number above `seen` was committed; false at the deadline.
    pub(super) async fn newer_than(&self, seen: i64, deadline: Instant) -> bool {
        let mut numbers = self.0.number.subscribe();
        let _waiting = self.0.attention.attend();
        let newer = numbers.wait_for(|newest| *newest > seen);
        matches!(timeout_at(deadline, newer).await, Ok(Ok(_)))
    }
}

impl Shared {
    fn tell(&self, number: i64) {
        self.number.send_if_modified(|newest| {
            let newer = number > *newest;
            *newest = number.max(*newest);
            newer
        });
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.attention.state().closed = true;
        self.attention.changed.notify_all();
    }
}

impl Attention {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn attend(self: &Arc<Self>) -> Waiting {
        self.state().waiting += 1;
        self.changed.notify_all();
        Waiting(self.clone())
    }

    /// Returns when someone waits; false when nobody ever will.
    fn demanded(&self) -> bool {
        let idle = |state: &mut State| state.waiting == 0 && !state.closed;
        let state = self.changed.wait_while(self.state(), idle);
        !state.unwrap_or_else(PoisonError::into_inner).closed
    }
}

struct Waiting(Arc<Attention>);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.state().waiting -= 1;
    }
}

fn look(db: &Connection, attention: &Attention, shared: &Weak<Shared>) {
    let mut seen = None;
    while attention.demanded() {
        match newer(db, &mut seen) {
            Ok(Some(number)) => match shared.upgrade() {
                Some(shared) => shared.tell(number),
                None => return,
            },
            Ok(None) => {}
            Err(error) => tracing::warn!(%error, "cannot look for other processes' commits"),
        }
        thread::sleep(POLL);
    }
}

/// The newest number, if another connection committed since the last look.
fn newer(db: &Connection, seen: &mut Option<i64>) -> Result<Option<i64>> {
    let version = data_version(db)?;
    if *seen == Some(version) {
        return Ok(None);
    }
    let number = last(db)?;
    *seen = Some(version);
    Ok(Some(number))
}
