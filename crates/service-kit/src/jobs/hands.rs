use std::{
    collections::HashSet,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::Notify;

/// The jobs of one kind that this instance works on, so many at once.
///
/// One whose claim has run out stays in hand as long as its handler works: another instance may take it over,
/// but this one does not begin it a second time.
#[derive(Clone)]
pub(super) struct Hands(Arc<Shared>);

struct Shared {
    at_once: usize,
    ids: Mutex<HashSet<String>>,
    freed: Notify,
}

/// A job in hand, until this is dropped.
pub(super) struct InHand {
    hands: Hands,
    id: String,
}

impl Hands {
    pub(super) fn new(at_once: usize) -> Self {
        Self(Arc::new(Shared {
            at_once,
            ids: Mutex::default(),
            freed: Notify::new(),
        }))
    }

    pub(super) fn free(&self) -> usize {
        self.0.at_once.saturating_sub(self.ids().len())
    }

    pub(super) fn hold(&self, id: &str) -> bool {
        self.ids().contains(id)
    }

    /// Takes a job in hand; nothing when there is no room, or it is there already.
    pub(super) fn take(&self, id: &str) -> Option<InHand> {
        let mut ids = self.ids();
        let taken = ids.len() < self.0.at_once && ids.insert(id.to_owned());
        taken.then(|| InHand {
            hands: self.clone(),
            id: id.to_owned(),
        })
    }

    /// Waits until a job was let go.
    pub(super) async fn freed(&self) {
        self.0.freed.notified().await;
    }

    fn ids(&self) -> MutexGuard<'_, HashSet<String>> {
        self.0.ids.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        self.hands.ids().remove(&self.id);
        self.hands.0.freed.notify_one();
    }
}
