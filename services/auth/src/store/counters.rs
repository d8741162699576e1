use backends::documents::{Batch, Store, Version};
use chrono::{DateTime, Utc};

use super::{COUNTERS, Stored};
use crate::{
    domain::counter::{Counter, Limit},
    error::AuthError,
    secrets::Secrets,
};

/// Counters, by the keyed hash of what they count.
#[derive(Clone)]
pub(crate) struct CounterStore {
    store: Store,
    secrets: Secrets,
}

/// A counter as it was read.
pub(crate) struct Tally {
    pub(crate) counter: Counter,
    limit: Limit,
    id: String,
    version: Option<Version>,
}

impl Tally {
    fn of(stored: Option<Stored<Counter>>, id: String, limit: Limit, now: DateTime<Utc>) -> Self {
        let (value, version) = stored.map(|stored| (stored.value, stored.version)).unzip();
        Self {
            counter: Counter::current(value, limit, now),
            limit,
            id,
            version,
        }
    }

    /// Writes the counter back as `counter`, unless somebody else did since it was read.
    pub(crate) fn save(&self, batch: &mut Batch, counter: Counter) -> backends::Result<()> {
        super::write_back(batch, COUNTERS, &self.id, self.version.as_ref(), &counter)
    }

    /// Refuses while the limit is reached.
    pub(crate) fn check(&self, now: DateTime<Utc>) -> Result<(), AuthError> {
        match self.counter.wait(self.limit, now) {
            Some(wait) => Err(AuthError::TooMany(wait.to_std().unwrap_or_default())),
            None => Ok(()),
        }
    }
}

impl CounterStore {
    pub(crate) fn new(store: Store, secrets: Secrets) -> Self {
        Self { store, secrets }
    }

    /// The counter `what` of somebody or something.
    pub(crate) async fn read(
        &self,
        what: &str,
        of: &str,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> backends::Result<Tally> {
        let id = self.secrets.counter_id(what, of);
        let stored: Option<Stored<Counter>> = super::find(&self.store, COUNTERS, &id).await?;
        Ok(Tally::of(stored, id, limit, now))
    }

    /// The parts of a counter that is written too often for one document.
    pub(crate) async fn read_shards(
        &self,
        what: &str,
        shards: u8,
        limit: Limit,
        now: DateTime<Utc>,
    ) -> backends::Result<Vec<Tally>> {
        let ids: Vec<String> = (0..shards)
            .map(|shard| self.secrets.counter_id(what, &shard.to_string()))
            .collect();
        let names: Vec<&str> = ids.iter().map(String::as_str).collect();
        let documents = self.store.get_many(COUNTERS, &names).await?;
        ids.into_iter()
            .map(|id| {
                let document = documents.iter().find(|document| document.id == id);
                Ok(Tally::of(document.map(Stored::of).transpose()?, id, limit, now))
            })
            .collect()
    }

    pub(crate) async fn commit(&self, batch: Batch) -> backends::Result<()> {
        self.store.commit(batch).await
    }
}
