use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::ledger::{Book, Entry};

/// What was acknowledged: kept by who asked, in a process that nobody kills.
#[derive(Default)]
pub struct Journal(Mutex<Pages>);

#[derive(Default)]
struct Pages {
    /// Answers by request.
    acknowledged: BTreeMap<u64, Entry>,
    /// Requests given up after their answer was lost.
    abandoned: Vec<u64>,
    /// Answers that came only when the request was repeated.
    repeated: usize,
}

impl Journal {
    fn pages(&self) -> MutexGuard<'_, Pages> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An answer came, after `lost` lost ones.
    pub fn acknowledged(&self, entry: &Entry, lost: usize) {
        let mut pages = self.pages();
        pages.repeated += usize::from(lost > 0);
        let first = pages
            .acknowledged
            .entry(entry.request)
            .or_insert_with(|| entry.clone());
        assert_eq!(first, entry, "two answers to one request");
    }

    /// An answer was lost, and the client went away.
    pub fn abandoned(&self, request: u64) {
        self.pages().abandoned.push(request);
    }

    /// Some of what was acknowledged, spread over all of it.
    pub fn sample(&self, count: usize) -> Vec<Entry> {
        let pages = self.pages();
        let step = (pages.acknowledged.len() / count.max(1)).max(1);
        pages.acknowledged.values().step_by(step).cloned().collect()
    }

    /// Everything acknowledged is in the book as it was answered; the rest was at least asked for.
    pub fn is_kept_by(&self, book: &Book) {
        let pages = self.pages();
        let kept: BTreeMap<u64, &Entry> = book.entries.iter().map(|entry| (entry.request, entry)).collect();
        for (request, entry) in &pages.acknowledged {
            assert_eq!(
                kept.get(request),
                Some(&entry),
                "request {request} was acknowledged"
            );
        }
        for request in kept.keys() {
            let asked = pages.acknowledged.contains_key(request) || pages.abandoned.contains(request);
            assert!(asked, "request {request} is in the book, and nobody knows of it");
        }
    }

    /// How many were acknowledged.
    pub fn len(&self) -> usize {
        self.pages().acknowledged.len()
    }

    /// Whether nothing was acknowledged yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// One line for the test's log.
    pub fn summary(&self) -> String {
        let pages = self.pages();
        format!(
            "{} acknowledged, {} of them after a lost answer; {} given up",
            pages.acknowledged.len(),
            pages.repeated,
            pages.abandoned.len()
        )
    }
}
