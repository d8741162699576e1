use std::{
    collections::BTreeSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use tokio::sync::{Mutex, MutexGuard};

/// Documents that share a turn by chance wait for each other; never for ever.
const SEATS: u64 = 256;

/// Whose turn it is to write a contended document: commits of one process do not disturb each other again.
pub(super) struct Turns(Vec<Mutex<()>>);

impl Turns {
    pub(super) fn new() -> Self {
        Self((0..SEATS).map(|_| Mutex::new(())).collect())
    }

    /// Waits for the turn to write all of these documents.
    pub(super) async fn take(&self, names: &[String]) -> Vec<MutexGuard<'_, ()>> {
        // In one order, so that no two wait for each other.
        let seats: BTreeSet<u64> = names.iter().map(seat).collect();
        let mut taken = Vec::with_capacity(seats.len());
        for seat in seats.into_iter().filter_map(|seat| usize::try_from(seat).ok()) {
            taken.push(self.0[seat].lock().await);
        }
        taken
    }
}

fn seat(name: &String) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish() % SEATS
}
