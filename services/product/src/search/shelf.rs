use std::sync::{
    Arc, PoisonError, RwLock,
    atomic::{AtomicBool, Ordering},
};

use service_kit::Problem;

use super::index::{Entry, Found, Index, Question};

/// Changes are taken in by so many at once, so that a question in between waits little.
const AT_ONCE: usize = 64;

/// The index of this process, asked by many and fed by one.
#[derive(Clone, Default)]
pub(crate) struct Shelf(Arc<Inner>);

#[derive(Default)]
struct Inner {
    index: RwLock<Index>,
    caught_up: AtomicBool,
}

/// What changed of a listing, as far as it can be found.
pub(crate) enum Change {
    /// It is on offer.
    Put(Box<Entry>),
    /// It is not, or not any more.
    Remove(uuid::Uuid),
}

impl Shelf {
    /// Takes changes in, in their order.
    pub(crate) fn apply(&self, changes: Vec<Change>) {
        let mut changes = changes.into_iter().peekable();
        while changes.peek().is_some() {
            let mut index = self.0.index.write().unwrap_or_else(PoisonError::into_inner);
            for change in changes.by_ref().take(AT_ONCE) {
                match change {
                    Change::Put(entry) => index.put(&entry),
                    Change::Remove(id) => index.remove(id),
                }
            }
        }
    }

    /// Whether it answers.
    pub(crate) fn is_open(&self) -> bool {
        self.0.caught_up.load(Ordering::Acquire)
    }

    /// From now on it answers: it knows all that was stored when it started.
    pub(crate) fn open(&self) {
        self.0.caught_up.store(true, Ordering::Release);
    }

    /// Forgets everything, to begin anew; answers nothing meanwhile.
    pub(crate) fn clear(&self) {
        self.0.caught_up.store(false, Ordering::Release);
        *self.0.index.write().unwrap_or_else(PoisonError::into_inner) = Index::default();
    }

    /// Asks for listings, on a thread that may compute.
    pub(crate) async fn search(&self, question: Question) -> Result<Found, Problem> {
        self.compute(move |index| index.search(&question)).await
    }

    /// Completes what is being typed.
    pub(crate) async fn complete(&self, typed: String, limit: usize) -> Result<Vec<String>, Problem> {
        self.compute(move |index| index.suggest(&typed, limit)).await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Index) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        if !self.is_open() {
            return Err(Problem::unavailable("the search is still reading the catalogue")
                .code("search_warming_up")
                .retry_after(std::time::Duration::from_secs(1)));
        }
        let shelf = self.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let index = shelf.0.index.read().unwrap_or_else(PoisonError::into_inner);
            work(&index)
        });
        answer.await.map_err(Problem::internal)
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[tokio::test]
    async fn until_it_has_caught_up_it_says_when_to_ask_again() {
        let shelf = Shelf::default();
        for _ in 0..2 {
            let warming_up = shelf
                .search(Question::default())
                .await
                .unwrap_err()
                .into_response();
            assert_eq!(warming_up.status(), 503);
            assert_eq!(warming_up.headers()["retry-after"], "1");
            assert!(shelf.complete("bl".to_owned(), 5).await.is_err());
            shelf.open();
            assert_eq!(shelf.search(Question::default()).await.unwrap().total, 0);
            shelf.clear(); // to begin anew
        }
    }
}
