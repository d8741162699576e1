//! What is true of documents on SQLite alone.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use backends::{
    Clock, Error, Options, Provider,
    documents::{
        Batch, Collection, Cursor, Direction, Documents, Index, Precondition, Query, Schema,
        embedded::SqliteDocuments,
    },
};
use serde_json::json;
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::documents::schema;

fn open(folder: &TempDir, schema: Schema) -> SqliteDocuments {
    SqliteDocuments::open(&folder.path().join("documents.sqlite"), schema).unwrap()
}

async fn ids(store: &dyn Documents, query: Query) -> Vec<String> {
    let found = store.query(&query).await.unwrap();
    found.into_iter().map(|document| document.id).collect()
}

async fn put(store: &dyn Documents, id: &str, body: serde_json::Value) {
    let mut batch = Batch::new();
    batch.put("things", id, &body).unwrap();
    store.commit(batch).await.unwrap();
}

/// What is declared later covers what was there before, and what an older program writes beside it.
#[tokio::test]
async fn declarations_can_be_added_while_an_older_program_runs() {
    const BEFORE: &[Collection] = &[Collection::keyed("things")];
    const AFTER: &[Collection] = &[Collection {
        name: "things",
        indexes: &[
            Index::on(&["kind"]).by("n", Direction::Descending),
            Index::on(&[]).containing("tags"),
        ],
        followed: true,
    }];
    let folder = TempDir::new().unwrap();
    let older = open(&folder, Schema::of(BEFORE));
    put(&older, "a", json!({"kind": "k", "n": 1, "tags": ["t"]})).await;
    put(&older, "b", json!({"kind": "k", "n": 2, "tags": ["t"]})).await;
    let newer = open(&folder, Schema::of(AFTER));
    let tagged = || Query::all("things").contains("tags", "t");
    assert_eq!(ids(&newer, tagged()).await, ["a", "b"]);
    let told = newer.changes("things", None, Duration::ZERO).await.unwrap();
    assert_eq!(told.changes.len(), 2);

    put(&older, "c", json!({"kind": "k", "n": 3, "tags": ["t"]})).await;
    put(&older, "a", json!({"kind": "k", "n": 4, "tags": []})).await;
    let mut batch = Batch::new();
    batch.delete("things", "b", Precondition::Present);
    older.commit(batch).await.unwrap();

    assert_eq!(ids(&newer, tagged()).await, ["c"]);
    let by_n = Query::all("things")
        .equals("kind", "k")
        .ordered("n", Direction::Descending);
    assert_eq!(ids(&newer, by_n).await, ["a", "c"]);
    let told = newer
        .changes("things", Some(&told.cursor), Duration::ZERO)
        .await
        .unwrap();
    let told: BTreeMap<_, _> = told
        .changes
        .into_iter()
        .map(|change| (change.id, change.document.is_some()))
        .collect();
    assert_eq!(
        told,
        BTreeMap::from([("a".into(), true), ("b".into(), false), ("c".into(), true)])
    );
    // Opening again does not count twice.
    drop(newer);
    assert_eq!(
        open(&folder, Schema::of(AFTER)).count(&tagged()).await.unwrap(),
        1
    );
}

#[tokio::test]
async fn names_that_are_not_plain_are_refused() {
    const QUOTED: &[Collection] = &[Collection::keyed("things'; --")];
    const FIELD: &[Collection] = &[Collection {
        name: "things",
        indexes: &[Index::on(&["a\"b"])],
        followed: false,
    }];
    let folder = TempDir::new().unwrap();
    for collections in [QUOTED, FIELD] {
        let result = SqliteDocuments::open(&folder.path().join("documents.sqlite"), Schema::of(collections));
        assert!(matches!(result.map(drop), Err(Error::Invalid(_))));
    }
}

/// Moves the store's numbers on, as so many writes would.
fn age(path: &Path, by: i64) {
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute("UPDATE sequence SET last = last + ?1", [by]).unwrap();
}

#[tokio::test]
async fn a_follower_that_was_away_too_long_is_told_to_begin_again() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("documents.sqlite");
    let store = open(&folder, schema());
    put(&store, "gone", json!({})).await;
    put(&store, "here", json!({})).await;
    let cursor = store
        .changes("things", None, Duration::ZERO)
        .await
        .unwrap()
        .cursor;
    let mut batch = Batch::new();
    batch.delete("things", "gone", Precondition::None);
    store.commit(batch).await.unwrap();
    age(&path, 200_000);
    let told = store
        .changes("things", Some(&cursor), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(told.changes.len(), 1, "the deletion is remembered for a while");
    age(&path, 200_000);
    drop(store);

    let store = open(&folder, schema());
    let forgotten = store.changes("things", Some(&cursor), Duration::ZERO).await;
    assert!(matches!(forgotten, Err(Error::NotFound)), "{forgotten:?}");
    let again = store.changes("things", None, Duration::ZERO).await.unwrap();
    assert_eq!(
        again
            .changes
            .iter()
            .map(|change| change.id.as_str())
            .collect::<Vec<_>>(),
        ["here"]
    );
    let db = rusqlite::Connection::open(&path).unwrap();
    let tombstones: i64 = db
        .query_row("SELECT count(*) FROM tombstones", [], |row| row.get(0))
        .unwrap();
    assert_eq!(tombstones, 0);
    // Who follows on is not disturbed by what was forgotten.
    put(&store, "new", json!({})).await;
    let next = store
        .changes("things", Some(&again.cursor), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(next.changes.len(), 1);
}

#[tokio::test]
async fn a_cursor_survives_a_restart() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, schema());
    put(&store, "a", json!({"n": 1})).await;
    let Cursor(text) = store
        .changes("things", None, Duration::ZERO)
        .await
        .unwrap()
        .cursor;
    put(&store, "b", json!({"n": 2})).await;
    drop(store);
    let store = open(&folder, schema());
    let told = store
        .changes("things", Some(&Cursor(text)), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(told.changes.len(), 1);
    assert_eq!(told.changes[0].id, "b");
}

/// With a sync of 20 ms, a hundred commits one after another take two seconds; together they share a few.
#[tokio::test]
async fn commits_that_wait_share_a_sync() {
    let folder = TempDir::new().unwrap();
    let slow_sync = Duration::from_millis(20);
    let path = folder.path().join("documents.sqlite");
    let store = Arc::new(SqliteDocuments::open_with(&path, schema(), Options { slow_sync }).unwrap());
    let begun = Instant::now();
    let mut committing = JoinSet::new();
    for n in 0..100 {
        let store = store.clone();
        committing.spawn(async move { put(&*store, &format!("d{n}"), json!({ "n": n })).await });
    }
    committing.join_all().await;
    // The number of transactions is in the sequence: one number each, beside one for each document.
    let db = rusqlite::Connection::open(&path).unwrap();
    let last: i64 = db
        .query_row("SELECT last FROM sequence", [], |row| row.get(0))
        .unwrap();
    assert!(last - 100 <= 20, "{} transactions", last - 100);
    assert!(begun.elapsed() >= slow_sync, "the sync is slow");
}

#[tokio::test]
async fn services_of_one_process_share_an_open_file() {
    let folder = TempDir::new().unwrap();
    let provider = Provider::embedded(&folder.path().join("data"), Clock::system(), Options::default());
    let one = provider.open("product", schema()).await.unwrap();
    let same = provider.open("product", schema()).await.unwrap();
    let other = provider.open("auth", schema()).await.unwrap();
    assert!(Arc::ptr_eq(&one.documents, &same.documents));
    assert!(
        Arc::ptr_eq(&one.events, &other.events),
        "the fleet shares one log"
    );
    put(&*one.documents, "a", json!({})).await;
    assert!(same.documents.get("things", "a").await.unwrap().is_some());
    assert!(other.documents.get("things", "a").await.unwrap().is_none());
    assert_eq!(
        one.keys.public_key("k").await.unwrap(),
        other.keys.public_key("k").await.unwrap()
    );
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_one_clear_error() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("data"), "a file").unwrap();
    let provider = Provider::embedded(&folder.path().join("data"), Clock::system(), Options::default());
    let Err(Error::Unavailable(text)) = provider.open("product", schema()).await.map(drop) else {
        panic!("it opened");
    };
    assert!(text.contains("data") && !text.contains('\n'), "{text}");
}
