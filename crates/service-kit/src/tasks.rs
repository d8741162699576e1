use std::{future::Future, time::Duration};

use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The tasks of one service, and the two stages of its end.
///
/// First `draining`: nothing new is begun. Then, when the tracked work is done or its time is up,
/// `stopping`: what still runs is dropped.
#[derive(Debug, Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    draining: CancellationToken,
    stopping: CancellationToken,
}

/// How long accepted work may take to finish. With `STOP` it stays below Cloud Run's ten seconds.
pub(crate) const DRAIN: Duration = Duration::from_secs(7);
/// How long dropped work may take to unwind.
pub(crate) const STOP: Duration = Duration::from_millis(800);

impl Tasks {
    /// Tasks that drain when `shutdown` is cancelled.
    pub fn new(shutdown: &CancellationToken) -> Self {
        Self {
            tracker: TaskTracker::new(),
            draining: shutdown.child_token(),
            stopping: CancellationToken::new(),
        }
    }

    /// Starts a task that shutdown waits for, and drops when its time is up.
    #[expect(clippy::disallowed_methods, reason = "the one tracked spawner")]
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        let work = self.tracker.track_future(async move {
            tokio::select! {
                () = stopping.cancelled() => {}
                () = work => {}
            }
        });
        tokio::spawn(work);
    }

    /// Whether nothing new may begin.
    pub fn is_draining(&self) -> bool {
        self.draining.is_cancelled()
    }

    /// Ends when nothing new may begin.
    pub async fn draining(&self) {
        self.draining.cancelled().await;
    }

    /// A token for libraries that take one.
    pub fn token(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Waits for the tracked work, then drops what is left. Returns whether all of it ended by itself.
    pub async fn drain(&self) -> bool {
        self.draining.cancel();
        self.tracker.close();
        let finished = tokio::time::timeout(DRAIN, self.tracker.wait()).await.is_ok();
        self.stopping.cancel();
        if !finished {
            let _ = tokio::time::timeout(STOP, self.tracker.wait()).await;
        }
        finished
    }
}
