//! What people who liked one piece liked, too.

mod affinity;
mod baskets;
mod follow;
mod read;
mod suggest;

use std::sync::{Arc, PoisonError, RwLock};

use affinity::Affinity;
pub(crate) use baskets::{BASKETS, Baskets};
pub(crate) use follow::follow;
pub(crate) use read::{__path_get, get};

/// The counts of this process, asked by many and fed by one that follows the store.
#[derive(Clone, Default)]
pub(crate) struct Tastes(Arc<RwLock<Affinity>>);

impl Tastes {
    fn read<T>(&self, ask: impl FnOnce(&Affinity) -> T) -> T {
        ask(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn write(&self, change: impl FnOnce(&mut Affinity)) {
        change(&mut self.0.write().unwrap_or_else(PoisonError::into_inner));
    }
}
