use std::time::Duration;

use backends::documents::{Batch, Cursor, Store};

use super::{RINGS, Stored};
use crate::domain::key_ring::KeyRing;

/// There is one.
const ID: &str = "ring";

/// The ring of the keys that sign access tokens.
#[derive(Clone)]
pub(crate) struct Rings {
    store: Store,
}

/// Writes the ring back, unless somebody else did since `read`.
pub(crate) fn save_ring(
    batch: &mut Batch,
    read: Option<&Stored<KeyRing>>,
    ring: &KeyRing,
) -> backends::Result<()> {
    super::write_back(batch, RINGS, ID, read.map(|read| &read.version), ring)
}

impl Rings {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    pub(crate) async fn find(&self) -> backends::Result<Option<Stored<KeyRing>>> {
        super::find(&self.store, RINGS, ID).await
    }

    pub(crate) async fn commit(&self, batch: Batch) -> backends::Result<()> {
        self.store.commit(batch).await
    }

    /// Waits for the ring to be written after `cursor`; answers where to go on, from the beginning when the store
    /// does not remember that far.
    pub(crate) async fn written_after(
        &self,
        cursor: Option<&Cursor>,
        wait: Duration,
    ) -> backends::Result<Option<Cursor>> {
        match self.store.changes(RINGS, cursor, wait).await {
            Ok(changes) => Ok(Some(changes.cursor)),
            Err(backends::Error::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
