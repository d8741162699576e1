//! Leases: one holder at a time for every duty without a request, with a fencing number.

use std::time::Duration;

use backends::{
    Clock, Ids,
    documents::{Batch, Collection, Precondition, Store, Version},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::hold::{Hold, Term, hold_while};

const LEASES: &str = "leases";

/// The leases' collection.
pub const COLLECTIONS: &[Collection] = &[Collection::keyed(LEASES)];

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    holder: String,
    /// Raised by one with each holder.
    fence: u64,
    #[serde(with = "backends::documents::time")]
    until: DateTime<Utc>,
}

/// Takes leases in a service's store.
#[derive(Clone)]
pub struct Leases {
    store: Store,
    clock: Clock,
    ids: Ids,
}

/// A duty that is ours until `until`.
#[derive(Debug, Clone)]
pub struct Lease {
    name: String,
    record: Record,
    version: Version,
}

impl Lease {
    /// Greater than that of every holder before: what lies outside the store refuses a smaller one.
    pub fn fence(&self) -> u64 {
        self.record.fence
    }

    /// When it ends.
    pub fn until(&self) -> DateTime<Utc> {
        self.record.until
    }

    /// Lets `batch` be committed only while nobody took the lease over, and it was not renewed.
    pub fn guard(&self, batch: &mut Batch) {
        batch.check(
            LEASES,
            self.name.clone(),
            Precondition::Version(self.version.clone()),
        );
    }
}

impl Leases {
    pub(crate) fn new(store: Store, clock: Clock, ids: Ids) -> Self {
        Self { store, clock, ids }
    }

    /// The lease, when nobody else holds it.
    pub async fn acquire(&self, name: &str, time: Duration) -> backends::Result<Option<Lease>> {
        let held = self.store.get(LEASES, name).await?;
        let now = self.clock.now();
        let (fence, when) = match &held {
            None => (1, Precondition::Absent),
            Some(document) => {
                let record: Record = document.read()?;
                if record.until > now {
                    return Ok(None);
                }
                (record.fence + 1, Precondition::Version(document.version.clone()))
            }
        };
        let record = Record {
            holder: self.ids.uuid().to_string(),
            fence,
            until: now + time,
        };
        self.write(name, when, record).await
    }

    /// The same lease for longer; nothing when somebody took it over.
    pub async fn renew(&self, lease: &Lease, time: Duration) -> backends::Result<Option<Lease>> {
        let record = Record {
            until: self.clock.now() + time,
            ..lease.record.clone()
        };
        self.write(&lease.name, Precondition::Version(lease.version.clone()), record)
            .await
    }

    /// Gives the lease back, so that the next holder need not wait.
    pub async fn release(&self, lease: &Lease) -> backends::Result<()> {
        let record = Record {
            until: self.clock.now(),
            ..lease.record.clone()
        };
        let when = Precondition::Version(lease.version.clone());
        self.write(&lease.name, when, record).await.map(drop)
    }

    /// Does `work` under a lease that was taken for `time`, and renews it as long as that takes.
    /// Nothing when somebody took it over: then the work was dropped.
    pub async fn during<T>(
        &self,
        lease: &mut Lease,
        time: Duration,
        work: impl Future<Output = T>,
    ) -> Option<T> {
        let mut held = Held {
            leases: self,
            term: Term::begin(&self.clock, time),
            time,
            lease,
        };
        hold_while(&mut held, work).await
    }

    async fn write(&self, name: &str, when: Precondition, record: Record) -> backends::Result<Option<Lease>> {
        let mut batch = Batch::new();
        batch.write(LEASES, name, when, &record)?;
        match self.store.commit(batch).await {
            // After a lost reply, too, what is stored tells who holds it.
            Ok(()) | Err(backends::Error::UnknownOutcome(_)) => self.confirm(name, record).await,
            Err(backends::Error::Conflict(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    async fn confirm(&self, name: &str, record: Record) -> backends::Result<Option<Lease>> {
        let Some(document) = self.store.get(LEASES, name).await? else {
            return Ok(None);
        };
        let stored: Record = document.read()?;
        Ok((stored.holder == record.holder).then(|| Lease {
            name: name.to_owned(),
            record: stored,
            version: document.version,
        }))
    }
}

struct Held<'a> {
    leases: &'a Leases,
    lease: &'a mut Lease,
    time: Duration,
    term: Term,
}

impl Hold for Held<'_> {
    fn due(&self) -> impl Future<Output = ()> + Send {
        self.term.due()
    }

    async fn renew(&mut self) -> bool {
        let term = self.term.again();
        match self.leases.renew(self.lease, self.time).await {
            Ok(Some(lease)) => {
                *self.lease = lease;
                self.term = term;
                true
            }
            Ok(None) => false,
            Err(error) => {
                tracing::warn!(lease = self.lease.name, %error, "a lease could not be renewed");
                self.term.failed()
            }
        }
    }
}
