use std::sync::atomic::{AtomicUsize, Ordering};

use crate::{
    Result,
    documents::Schema,
    sqlite::{Turn, failure},
};

/// How many of the store's latest numbers a deletion is remembered for: at a thousand writes a second,
/// some minutes, in at most some tens of megabytes.
pub(super) const REMEMBERED: i64 = 250_000;
/// Deletions between two rounds of forgetting.
const ROUND: usize = 10_000;

/// Forgets old tombstones now and then.
pub(super) struct Sexton {
    statements: Vec<String>,
    deleted: AtomicUsize,
}

impl Sexton {
    pub(super) fn of(schema: &Schema) -> Self {
        let followed = schema
            .collections()
            .iter()
            .filter(|collection| collection.followed);
        Self {
            statements: followed.map(|collection| forget(collection.name)).collect(),
            deleted: AtomicUsize::new(0),
        }
    }

    /// Counts deletions, and forgets when it is time.
    pub(super) fn tend(&self, turn: &Turn<'_>, deleted: usize) -> Result<()> {
        let before = self.deleted.fetch_add(deleted, Ordering::Relaxed);
        if before / ROUND == (before + deleted) / ROUND {
            return Ok(());
        }
        self.statements
            .iter()
            .try_for_each(|statement| turn.db.execute_batch(statement).map_err(failure))
    }
}

/// Removes the tombstones of a collection that are too old to be told.
pub(super) fn forget(collection: &str) -> String {
    format!(
        "DELETE FROM tombstones WHERE collection = '{collection}'
         AND version <= (SELECT last FROM sequence) - {REMEMBERED}"
    )
}
