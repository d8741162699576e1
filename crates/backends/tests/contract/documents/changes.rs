use std::{
    collections::{BTreeMap, HashMap},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use backends::{
    Error,
    documents::{Batch, Changes, Cursor, Documents, Precondition},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Fixture, delete, put, things};

const LONG: Duration = Duration::from_secs(30);

async fn changes(store: &dyn Documents, after: Option<&Cursor>) -> Changes {
    store.changes("things", after, Duration::ZERO).await.unwrap()
}

fn told(changes: &Changes) -> Vec<(String, Option<Value>)> {
    let body =
        |change: &backends::documents::Change| change.document.as_ref().map(|document| document.body.clone());
    changes
        .changes
        .iter()
        .map(|change| (change.id.clone(), body(change)))
        .collect()
}

/// What a follower holds after reading on until it has caught up.
async fn follow(
    store: &dyn Documents,
    held: &mut BTreeMap<String, Value>,
    mut cursor: Option<Cursor>,
) -> Cursor {
    loop {
        let found = changes(store, cursor.as_ref()).await;
        for (id, body) in told(&found) {
            match body {
                Some(body) => held.insert(id, body),
                None => held.remove(&id),
            };
        }
        cursor = Some(found.cursor.clone());
        if found.caught_up {
            return found.cursor;
        }
    }
}

async fn everything(store: &dyn Documents) -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    let mut query = things();
    loop {
        let page = store.query(&query).await.unwrap();
        let Some(last) = page.last() else {
            return all;
        };
        query.after = Some(query.position_of(last));
        all.extend(page.into_iter().map(|document| (document.id, document.body)));
    }
}

pub(crate) async fn the_beginning_tells_every_document(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("a", json!({"n": 1})),
            ("b", json!({"n": 2})),
            ("c", json!({"n": 3})),
        ],
    )
    .await;
    put(&*at.one, &[("a", json!({"n": 4}))]).await;
    delete(&*at.one, "b").await;
    let mut held = BTreeMap::new();
    follow(&*at.one, &mut held, None).await;
    assert_eq!(held, everything(&*at.one).await);
    assert_eq!(held.len(), 2);
}

pub(crate) async fn an_empty_collection_is_caught_up_at_once(at: &Fixture) {
    let found = changes(&*at.one, None).await;
    assert!(found.changes.is_empty() && found.caught_up);
    put(&*at.one, &[("a", json!({}))]).await;
    assert_eq!(changes(&*at.one, Some(&found.cursor)).await.changes.len(), 1);
}

pub(crate) async fn a_cursor_goes_on_where_it_was(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1})), ("b", json!({"n": 1}))]).await;
    let cursor = follow(&*at.one, &mut BTreeMap::new(), None).await;
    assert!(changes(&*at.one, Some(&cursor)).await.changes.is_empty());
    put(&*at.one, &[("b", json!({"n": 2}))]).await;
    delete(&*at.one, "a").await;
    let next = changes(&*at.one, Some(&cursor)).await;
    let latest: HashMap<_, _> = told(&next).into_iter().collect();
    assert_eq!(
        latest,
        HashMap::from([("a".to_owned(), None), ("b".to_owned(), Some(json!({"n": 2})))])
    );
    assert!(next.caught_up);
}

pub(crate) async fn a_document_comes_with_the_version_that_is_stored(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1}))]).await;
    let told = changes(&*at.one, None).await.changes.pop().unwrap();
    assert_eq!(told.document, at.one.get("things", "a").await.unwrap());
}

pub(crate) async fn what_was_deleted_and_made_again_is_told_as_it_is(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1}))]).await;
    let cursor = follow(&*at.one, &mut BTreeMap::new(), None).await;
    for n in 2..5 {
        delete(&*at.one, "a").await;
        put(&*at.one, &[("a", json!({ "n": n }))]).await;
    }
    let mut held = BTreeMap::from([("a".to_owned(), json!({"n": 1}))]);
    follow(&*at.one, &mut held, Some(cursor)).await;
    assert_eq!(held["a"], json!({"n": 4}));
}

pub(crate) async fn other_collections_are_not_told(at: &Fixture) {
    let mut batch = Batch::new();
    batch.put("others", "o", &json!({})).unwrap();
    batch.put("keyed", "k", &json!({})).unwrap();
    batch.put("things", "t", &json!({})).unwrap();
    at.one.commit(batch).await.unwrap();
    let found = changes(&*at.one, None).await;
    assert_eq!(told(&found), [("t".to_owned(), Some(json!({})))]);
    let others = at.one.changes("others", None, Duration::ZERO).await.unwrap();
    assert_eq!(others.changes.len(), 1);
}

pub(crate) async fn a_long_way_is_read_in_parts(at: &Fixture) {
    for part in 0..4 {
        let mut batch = Batch::new();
        for n in 0..400 {
            batch
                .put("things", format!("d{part}-{n}"), &json!({ "n": n }))
                .unwrap();
        }
        at.one.commit(batch).await.unwrap();
    }
    assert!(!changes(&*at.one, None).await.caught_up);
    let mut held = BTreeMap::new();
    follow(&*at.one, &mut held, None).await;
    assert_eq!(held.len(), 1600);
}

pub(crate) async fn a_follower_waits_for_a_commit(at: &Fixture) {
    for (writer, name) in [
        (at.one.clone(), "the same handle"),
        ((at.another)(), "another handle"),
    ] {
        let cursor = follow(&*at.one, &mut BTreeMap::new(), None).await;
        let begun = Instant::now();
        let waiting = at.one.changes("things", Some(&cursor), LONG);
        let writing = async {
            tokio::task::yield_now().await;
            put(&*writer, &[("a", json!({ "by": name }))]).await;
        };
        let (found, ()) = tokio::join!(waiting, writing);
        assert_eq!(
            told(&found.unwrap()),
            [("a".to_owned(), Some(json!({ "by": name })))]
        );
        assert!(begun.elapsed() < LONG, "{name}");
    }
}

pub(crate) async fn a_follower_gives_up_waiting_in_time(at: &Fixture) {
    put(&*at.one, &[("a", json!({}))]).await;
    let cursor = follow(&*at.one, &mut BTreeMap::new(), None).await;
    let begun = Instant::now();
    let wait = Duration::from_millis(100);
    let found = at.one.changes("things", Some(&cursor), wait).await.unwrap();
    assert!(found.changes.is_empty() && found.caught_up);
    assert!(begun.elapsed() >= wait);
}

pub(crate) async fn commits_to_other_collections_do_not_end_the_wait(at: &Fixture) {
    let cursor = follow(&*at.one, &mut BTreeMap::new(), None).await;
    let waiting = at.one.changes("things", Some(&cursor), LONG);
    let writing = async {
        for n in 0..20 {
            let mut batch = Batch::new();
            batch.put("others", "o", &json!({ "n": n })).unwrap();
            at.one.commit(batch).await.unwrap();
        }
        put(&*at.one, &[("a", json!({}))]).await;
    };
    let (found, ()) = tokio::join!(waiting, writing);
    assert_eq!(told(&found.unwrap()).len(), 1);
}

pub(crate) async fn a_foreign_cursor_is_invalid(at: &Fixture) {
    for text in ["", "x", "1", "-1", "99999999999-0", "0-99999999999"] {
        let foreign = Cursor(text.to_owned());
        let result = at.one.changes("things", Some(&foreign), Duration::ZERO).await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{text}: {result:?}");
    }
}

/// Writes, deletes and writes again at random.
async fn stir(store: Arc<dyn Documents>, seed: u64) {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for n in 0..150 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let id = format!("d{}", (state >> 33) % 40);
        let mut batch = Batch::new();
        if (state >> 60).is_multiple_of(4) {
            batch.delete("things", id, Precondition::None);
        } else {
            batch.put("things", id, &json!({ "by": seed, "n": n })).unwrap();
        }
        match store.commit(batch).await {
            Ok(()) | Err(Error::Contention) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

async fn follow_until(store: Arc<dyn Documents>, done: Arc<AtomicBool>) -> BTreeMap<String, Value> {
    let (mut held, mut cursor) = (BTreeMap::new(), None);
    loop {
        let last_round = done.load(Ordering::SeqCst);
        cursor = Some(follow(&*store, &mut held, cursor).await);
        if last_round {
            return held;
        }
    }
}

/// Followers that read while others write hold, in the end, what is stored.
pub(crate) async fn followers_of_a_busy_collection_miss_nothing(at: &Fixture) {
    let done = Arc::new(AtomicBool::new(false));
    let another = (at.another)();
    let (mut following, mut writing) = (JoinSet::new(), JoinSet::new());
    for store in [&at.one, &another] {
        following.spawn(follow_until(store.clone(), done.clone()));
        for seed in 0..3 {
            writing.spawn(stir(store.clone(), seed));
        }
    }
    writing.join_all().await;
    done.store(true, Ordering::SeqCst);
    let stored = everything(&*at.one).await;
    assert!(!stored.is_empty());
    for held in following.join_all().await {
        assert_eq!(held, stored);
    }
}
