//! What is true of Firestore's implementation alone.

use std::time::{Duration, Instant};

use backends::{
    Error, Result,
    documents::{Batch, Cursor, Documents},
};
use emulators::faults::{Fault, FaultProxy};
use serde_json::{Value, json};

use super::{Address, address, behind_a_proxy, connect};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);
/// Who waits looks by itself after this long.
const LOOK: Duration = Duration::from_secs(5);

async fn put(store: &dyn Documents, n: u32) {
    let mut batch = Batch::new();
    batch.put("things", "a", &json!({ "n": n })).unwrap();
    store.commit(batch).await.unwrap();
}

async fn n(store: &dyn Documents) -> Value {
    store.get("things", "a").await.unwrap().unwrap().body["n"].clone()
}

/// Where the changes are at.
async fn now(store: &dyn Documents) -> Cursor {
    let told = store.changes("things", None, Duration::ZERO).await;
    told.unwrap().cursor
}

/// One more, if nobody else was faster.
async fn increment(store: &dyn Documents) -> Result<()> {
    let read = store.get("things", "a").await?.unwrap();
    let n = read.body["n"].as_u64().unwrap() + 1;
    let mut batch = Batch::new();
    batch
        .replace("things", "a", &read.version, &json!({ "n": n }))
        .unwrap();
    batch.create("keyed", format!("effect-{n}"), &json!({})).unwrap();
    store.commit(batch).await
}

/// Increments from 1 to 2; answers are lost once it has read, and `then` happens when it is applied.
async fn increment_whose_answer_is_lost(
    proxy: &FaultProxy,
    behind: &dyn Documents,
    direct: &dyn Documents,
    then: impl FnOnce(),
) -> Result<()> {
    put(behind, 1).await;
    let read = behind.get("things", "a").await.unwrap().unwrap();
    let mut batch = Batch::new();
    batch
        .replace("things", "a", &read.version, &json!({"n": 2}))
        .unwrap();
    batch.create("keyed", "effect-2", &json!({})).unwrap();
    proxy.has(Fault::Stalls);
    let applied = async {
        let begun = Instant::now();
        while n(direct).await != 2 {
            assert!(begun.elapsed() < LONG, "it is not applied");
        }
        then();
    };
    tokio::join!(behind.commit(batch), applied).0
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_answer_was_lost_is_found_to_be_applied() {
    let (proxy, behind, direct) = behind_a_proxy().await;
    let outcome =
        increment_whose_answer_is_lost(&proxy, &*behind, &*direct, || proxy.has(Fault::Nothing)).await;
    outcome.unwrap();
    assert_eq!(n(&*direct).await, 2);
    increment(&*behind).await.unwrap();
    assert_eq!(n(&*direct).await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_whose_outcome_cannot_be_found_out_says_so() {
    let (proxy, behind, direct) = behind_a_proxy().await;
    let outcome =
        increment_whose_answer_is_lost(&proxy, &*behind, &*direct, || proxy.has(Fault::Resets)).await;
    assert!(matches!(outcome, Err(Error::UnknownOutcome(_))), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_was_away_is_unavailable_and_comes_back() {
    let (proxy, behind, direct) = behind_a_proxy().await;
    put(&*behind, 1).await;
    proxy.has(Fault::Resets);
    let read = behind.get("things", "a").await;
    assert!(matches!(read, Err(Error::Unavailable(_))), "{read:?}");
    assert!(behind.ping().await.is_err());
    proxy.has(Fault::Nothing);
    let begun = Instant::now();
    while behind.ping().await.is_err() {
        assert!(begun.elapsed() < LONG, "it does not come back");
    }
    increment(&*behind).await.unwrap();
    assert_eq!(n(&*direct).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_not_there_is_unavailable() {
    let nobody = Address {
        emulator: Some(format!("http://127.0.0.1:{}", emulators::free_port())),
        ..address()
    };
    let connected = backends::documents::firestore::FirestoreDocuments::connect(
        &nobody,
        super::schema(),
        backends::Clock::system(),
    );
    assert!(matches!(connected.await.err(), Some(Error::Unavailable(_))));
}

/// Another process's commits wake a follower; a follower that only looked by itself would take ten times [`LOOK`].
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commits_of_others_wake_a_follower() {
    let at = address();
    let (one, another) = (connect(&at).await, connect(&at).await);
    let mut cursor = one.changes("things", None, Duration::ZERO).await.unwrap().cursor;
    let begun = Instant::now();
    for round in 0..10 {
        let writing = async {
            tokio::task::yield_now().await;
            put(&*another, round).await;
        };
        let (found, ()) = tokio::join!(one.changes("things", Some(&cursor), LONG), writing);
        let found = found.unwrap();
        assert_eq!(found.changes.len(), 1);
        cursor = found.cursor;
    }
    assert!(begun.elapsed() < LOOK * 5, "{:?}", begun.elapsed());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_was_away_for_longer_than_the_log_is_kept_begins_anew() {
    let store = connect(&address()).await;
    let cursor = now(&*store).await;
    let mut place: Value = serde_json::from_str(&cursor.0).unwrap();
    for time in ["settled", "newest", "looked"] {
        place[time] = json!(place[time].as_i64().unwrap() - 7 * 24 * 3_600_000_000);
    }
    let old = Cursor(place.to_string());
    let told = store.changes("things", Some(&old), Duration::ZERO).await;
    assert!(matches!(told, Err(Error::NotFound)), "{told:?}");
}

/// One entry of the log would be too large for a document.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_commit_with_many_long_ids_is_told_whole() {
    let store = connect(&address()).await;
    let cursor = now(&*store).await;
    let mut batch = Batch::new();
    for n in 0..400 {
        let id = format!("{n:03}{}", "x".repeat(1497));
        batch.put("things", id, &json!({ "n": n })).unwrap();
    }
    store.commit(batch).await.unwrap();
    let told = store
        .changes("things", Some(&cursor), Duration::ZERO)
        .await
        .unwrap();
    assert_eq!(told.changes.len(), 400);
    assert!(told.changes.iter().all(|change| change.document.is_some()));
}
