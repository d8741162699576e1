use std::{
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use backends::{
    Options,
    documents::{Batch, Collection, Direction, Documents, Index, Schema, embedded::SqliteDocuments},
};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{Work, measure, report};

/// A collection as the probe had it, and one as a service has it.
const COLLECTIONS: &[Collection] = &[
    Collection {
        name: "plain",
        indexes: &[],
        followed: true,
    },
    Collection {
        name: "listings",
        indexes: &[
            Index::on(&["status"]).by("created_at", Direction::Descending),
            Index::on(&["artisan_id"]).by("created_at", Direction::Descending),
            Index::on(&[]).containing("tags"),
        ],
        followed: true,
    },
];

pub(crate) fn open(folder: &Path, slow_sync: Duration) -> Arc<dyn Documents> {
    let path = folder.join("documents.sqlite");
    Arc::new(SqliteDocuments::open_with(&path, Schema::of(COLLECTIONS), Options { slow_sync }).unwrap())
}

pub(crate) fn small(n: u64) -> Value {
    json!({"n": n, "tags": ["a"], "s": "some text"})
}

pub(crate) fn listing(task: usize, n: u64) -> Value {
    json!({
        "status": "active", "artisan_id": format!("artisan-{task}"), "created_at": n, "tags": ["clay", "blue"],
        "title": {"en": "A bowl of blue clay", "hi": "नीली मिट्टी का कटोरा"}, "text": "x".repeat(400),
    })
}

pub(crate) fn creates(store: &Arc<dyn Documents>, collection: &'static str, name: &str) -> Work {
    let (store, name) = (store.clone(), name.to_owned());
    Arc::new(move |task, n| {
        let (store, id) = (store.clone(), format!("{name}-{task}-{n}"));
        let body = if collection == "plain" {
            small(n)
        } else {
            listing(task, n)
        };
        Box::pin(async move {
            let mut batch = Batch::new();
            batch.create(collection, id, &body).unwrap();
            store.commit(batch).await.unwrap();
        })
    })
}

pub(crate) async fn run() {
    for slow in [0, 3] {
        for tasks in [1, 8, 64, 256] {
            let folder = TempDir::new().unwrap();
            let store = open(folder.path(), Duration::from_millis(slow));
            measure(
                &format!("commit, sync +{slow} ms"),
                tasks,
                creates(&store, "plain", "p"),
            )
            .await;
        }
    }
    let folder = TempDir::new().unwrap();
    let store = open(folder.path(), Duration::ZERO);
    measure(
        "commit a listing with indexes",
        64,
        creates(&store, "listings", "l"),
    )
    .await;
    notice(&store).await;
}

/// How soon a follower knows of a commit.
async fn notice(store: &Arc<dyn Documents>) {
    let mut cursor = None;
    loop {
        let found = store
            .changes("plain", cursor.as_ref(), Duration::ZERO)
            .await
            .unwrap();
        cursor = Some(found.cursor);
        if found.caught_up {
            break;
        }
    }
    let begun = Instant::now();
    let mut times = Vec::new();
    let create = creates(store, "plain", "notice");
    for n in 0..500 {
        let following = async {
            let found = store
                .changes("plain", cursor.as_ref(), Duration::from_secs(9))
                .await
                .unwrap();
            (found.cursor, Instant::now())
        };
        let committing = async {
            tokio::task::yield_now().await;
            create(0, n).await;
            Instant::now()
        };
        let ((next, seen), committed) = tokio::join!(following, committing);
        cursor = Some(next);
        times.push(seen.saturating_duration_since(committed));
    }
    report("from a commit's end to its change", 1, times, begun.elapsed());
}
