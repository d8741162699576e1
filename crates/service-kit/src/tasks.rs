use std::{future::Future, time::Duration};

use tokio::time::timeout;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The tasks of one service, and the stages of its end.
///
/// First `draining`: nothing new is begun, and what was begun ends by itself. Then what tells others of
/// that work finishes (the outbox relay). What still runs when its time is up is dropped.
#[derive(Debug, Clone)]
pub struct Tasks {
    work: TaskTracker,
    last: TaskTracker,
    draining: CancellationToken,
    finishing: CancellationToken,
    stopping: CancellationToken,
}

/// How long requests and duties under way may take to end. All three together stay below 8 seconds.
const DRAIN: Duration = Duration::from_millis(5_500);
/// How long the last duties may take after that.
const FINISH: Duration = Duration::from_secs(1);
/// How long dropped work may take to unwind.
const STOP: Duration = Duration::from_millis(500);

impl Tasks {
    /// Tasks that drain when `shutdown` is cancelled.
    pub fn new(shutdown: &CancellationToken) -> Self {
        Self {
            work: TaskTracker::new(),
            last: TaskTracker::new(),
            draining: shutdown.child_token(),
            finishing: CancellationToken::new(),
            stopping: CancellationToken::new(),
        }
    }

    /// Starts a task that shutdown waits for, and drops when its time is up.
    pub fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.start(&self.work, work);
    }

    /// Starts a task that ends after all others: see [`Tasks::finishing`].
    pub(crate) fn spawn_last(&self, work: impl Future<Output = ()> + Send + 'static) {
        self.start(&self.last, work);
    }

    #[expect(clippy::disallowed_methods, reason = "the one tracked spawner")]
    fn start(&self, tracker: &TaskTracker, work: impl Future<Output = ()> + Send + 'static) {
        let stopping = self.stopping.clone();
        let work = tracker.track_future(async move {
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

    /// Ends when everything else has ended, so that what it left behind is all there is.
    pub(crate) async fn finishing(&self) {
        self.finishing.cancelled().await;
    }

    /// A token for libraries that take one; cancelled when nothing new may begin.
    pub fn token(&self) -> CancellationToken {
        self.draining.clone()
    }

    /// Waits for the tracked work, then drops what is left. Returns whether all of it ended by itself.
    pub async fn drain(&self) -> bool {
        self.draining.cancel();
        self.work.close();
        self.last.close();
        let ended = timeout(DRAIN, self.work.wait()).await.is_ok();
        self.finishing.cancel();
        let finished = timeout(FINISH, self.last.wait()).await.is_ok();
        self.stopping.cancel();
        let _ = timeout(STOP, async { tokio::join!(self.work.wait(), self.last.wait()) }).await;
        ended && finished
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    };

    use tokio::time::Instant;

    use super::*;

    struct Dropped(Arc<AtomicBool>);

    impl Drop for Dropped {
        fn drop(&mut self) {
            self.0.store(true, Ordering::SeqCst);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn endless_work_is_dropped_within_eight_seconds() {
        let shutdown = CancellationToken::new();
        let tasks = Tasks::new(&shutdown);
        let gone = Arc::new(AtomicBool::new(false));
        let held = Dropped(gone.clone());
        tasks.spawn(async move {
            let _held = held;
            std::future::pending::<()>().await;
        });
        tasks.spawn_last(std::future::pending());
        let begun = Instant::now();
        shutdown.cancel();
        assert!(!tasks.drain().await);
        assert!(begun.elapsed() < Duration::from_secs(8));
        assert!(gone.load(Ordering::SeqCst));
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_duties_see_all_other_work_done() {
        let tasks = Tasks::new(&CancellationToken::new());
        let worked = Arc::new(AtomicBool::new(false));
        let (working, last, seen) = (worked.clone(), tasks.clone(), Arc::new(AtomicBool::new(false)));
        tasks.spawn(async move {
            tokio::time::sleep(Duration::from_secs(2)).await;
            working.store(true, Ordering::SeqCst);
        });
        let see = seen.clone();
        tasks.spawn_last(async move {
            last.finishing().await;
            see.store(worked.load(Ordering::SeqCst), Ordering::SeqCst);
        });
        assert!(tasks.drain().await);
        assert!(seen.load(Ordering::SeqCst));
    }
}
