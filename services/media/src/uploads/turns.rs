use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use shared_models::ids::FileId;
use tokio::{
    sync::{Mutex as Turn, OwnedMutexGuard},
    time::timeout,
};

/// How long a request waits for what a broken one brought: it is kept within milliseconds, unless the old
/// connection only seems to live.
const PATIENCE: Duration = Duration::from_secs(1);

/// Who writes parts of which upload in this process. It spares clients from sending twice what is just being
/// kept; that parts do not overlap rests on the documents alone.
#[derive(Default)]
pub(crate) struct Turns(Mutex<HashMap<FileId, Arc<Turn<()>>>>);

impl Turns {
    /// Waits a little for whoever writes now; then it is as if nobody did.
    pub(crate) async fn take(&self, upload: FileId) -> Option<OwnedMutexGuard<()>> {
        let turn = self.of(upload);
        timeout(PATIENCE, turn.lock_owned()).await.ok()
    }

    fn of(&self, upload: FileId) -> Arc<Turn<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // Those that nobody holds or waits for are of no use any more.
        turns.retain(|_, turn| Arc::strong_count(turn) > 1);
        turns.entry(upload).or_default().clone()
    }
}
