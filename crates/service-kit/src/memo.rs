use std::hash::Hash;

use backends::documents::{Stamp, Store};
use quick_cache::{Weighter, sync::Cache};

/// What was made of a store's documents, kept while nothing is committed: nobody is told anything old.
///
/// Where a store cannot tell cheaply whether something was committed, everything is made each time.
pub struct Memo<K, V> {
    store: Store,
    kept: Cache<K, (Stamp, V), Weight<K, V>>,
}

/// How many bytes a key and a value hold, about.
#[derive(Clone)]
struct Weight<K, V>(fn(&K, &V) -> usize);

impl<K, V> Weighter<K, (Stamp, V)> for Weight<K, V> {
    fn weight(&self, key: &K, (_, value): &(Stamp, V)) -> u64 {
        u64::try_from((self.0)(key, value)).unwrap_or(u64::MAX)
    }
}

/// Of one entry: more or fewer may be kept.
const USUAL_BYTES: usize = 4096;

impl<K: Hash + Eq + Clone, V: Clone> Memo<K, V> {
    /// Keeps about `most_bytes` at most, as `weight` counts them; what was not asked for lately goes first.
    pub fn new(store: Store, most_bytes: usize, weight: fn(&K, &V) -> usize) -> Self {
        let most = u64::try_from(most_bytes).unwrap_or(u64::MAX);
        Self {
            store,
            kept: Cache::with_weighter(most_bytes / USUAL_BYTES, most, Weight(weight)),
        }
    }

    /// What is kept for `key`, or else what `make` makes now. Errors are not kept.
    pub async fn get<E>(&self, key: K, make: impl Future<Output = Result<V, E>>) -> Result<V, E> {
        // Taken before anything is read: what is committed meanwhile makes this one old.
        let Some(now) = self.store.stamp() else {
            return make.await;
        };
        let kept = self.kept.get(&key).filter(|(then, _)| *then == now);
        if let Some((_, kept)) = kept {
            return Ok(kept);
        }
        let made = make.await?;
        self.kept.insert(key, (now, made.clone()));
        Ok(made)
    }
}
