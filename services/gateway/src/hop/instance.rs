use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};

use http::StatusCode;
use service_client::{Breaker, Leave, Policy, Service};

use super::{
    outliers::{Count, Past},
    pool::Pool,
};

/// One instance of a service: its connections, and what is known of how it does.
pub(crate) struct Instance {
    pub(crate) pool: Arc<Pool>,
    breaker: Arc<Breaker>,
    /// Requests that it works on, to the end of the answer.
    in_flight: AtomicU32,
    asked: AtomicU32,
    failed: AtomicU32,
    /// Does so much worse than the others that it is left alone for a while.
    ejected: AtomicBool,
    past: Mutex<Past>,
}

/// The longest that an instance is left alone between trials: one that is back is found within two seconds.
const OPEN_AT_MOST: Duration = Duration::from_secs(1);

/// A request on its way to an instance, which counts as its load until this is dropped.
pub(crate) struct Busy(Arc<Instance>);

/// An attempt whose end says something about its instance.
pub(crate) struct Trial {
    leave: Option<Leave>,
    instance: Arc<Instance>,
}

impl Instance {
    pub(crate) fn new(service: Service, pool: Pool) -> Self {
        let policy = Policy {
            open_at_most: OPEN_AT_MOST,
            ..Policy::default()
        };
        Self {
            pool: Arc::new(pool),
            breaker: Breaker::new(service, policy),
            in_flight: AtomicU32::new(0),
            asked: AtomicU32::new(0),
            failed: AtomicU32::new(0),
            ejected: AtomicBool::new(false),
            past: Mutex::default(),
        }
    }

    /// Leave to ask it; nothing while it is left alone.
    pub(crate) fn admit(self: &Arc<Self>) -> Option<Trial> {
        let leave = self.breaker.admit().ok()?;
        Some(Trial {
            leave: Some(leave),
            instance: self.clone(),
        })
    }

    /// Counts one more request until the answer's end.
    pub(crate) fn work(self: &Arc<Self>) -> Busy {
        self.in_flight.fetch_add(1, Relaxed);
        Busy(self.clone())
    }

    pub(crate) fn load(&self) -> u32 {
        self.in_flight.load(Relaxed)
    }

    pub(crate) fn is_ejected(&self) -> bool {
        self.ejected.load(Relaxed)
    }

    /// What happened since this was last asked.
    pub(crate) fn take_count(&self) -> Count {
        Count {
            asked: self.asked.swap(0, Relaxed),
            failed: self.failed.swap(0, Relaxed),
        }
    }

    /// One sweep has passed. True when it is ejected only now.
    pub(crate) fn judge(&self, outlier: bool) -> bool {
        let mut past = self.past.lock().unwrap_or_else(PoisonError::into_inner);
        let newly = past.judge(outlier);
        self.ejected.store(past.is_ejected(), Relaxed);
        newly
    }
}

impl Trial {
    /// It answered. A 5xx is an answer, which counts against it only when others do better.
    pub(crate) fn answered(mut self, status: StatusCode) {
        self.count(status.is_server_error());
        if let Some(leave) = self.leave.take() {
            leave.succeeded();
        }
    }

    /// It did not answer, though it could have.
    pub(crate) fn failed(mut self) {
        self.count(true);
        if let Some(leave) = self.leave.take() {
            leave.failed();
        }
    }

    fn count(&self, failed: bool) {
        self.instance.asked.fetch_add(1, Relaxed);
        self.instance.failed.fetch_add(u32::from(failed), Relaxed);
    }
}

/// Clients go away, or send no more, whenever they like: that says nothing about the instance.
impl Drop for Trial {
    fn drop(&mut self) {
        if let Some(leave) = self.leave.take() {
            leave.given_up();
        }
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Relaxed);
    }
}
