use std::{collections::HashSet, sync::Arc};

use backends::{
    Error,
    documents::{Batch, Documents, Precondition, Query, Version},
};
use serde_json::{Value, json};
use tokio::task::JoinSet;

use super::{Fixture, delete, put, stored};

pub(crate) async fn a_document_reads_back_as_it_was_written(at: &Fixture) {
    let body = json!({
        "text": "मधुबनी \"quoted\" \\ \u{0} \u{1f9f5}", "empty": "", "null": null, "yes": true,
        "int": i64::MIN, "large": 9_007_199_254_740_993_i64, "float": 0.1 + 0.2, "tiny": 5e-324, "negative": -1.5,
        "list": [1, "a", null, {"b": []}], "map": {"a.b": 1, "": 2, "deep": {"er": {}}},
    });
    put(&*at.one, &[("a", body.clone())]).await;
    assert_eq!(stored(&*at.one, "a").await.unwrap().body, body);
}

pub(crate) async fn any_plain_text_is_an_id(at: &Fixture) {
    let long = "x".repeat(1500);
    for id in [
        "a",
        "A",
        "%2F",
        "a b",
        "मधु",
        "'; DROP TABLE documents; --",
        "_",
        "a.b",
        long.as_str(),
    ] {
        put(&*at.one, &[(id, json!({ "id": id }))]).await;
        assert_eq!(stored(&*at.one, id).await.unwrap().body["id"], id);
    }
    assert!(stored(&*at.one, "b").await.is_none());
}

pub(crate) async fn creating_what_exists_is_a_conflict(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1}))]).await;
    let mut batch = Batch::new();
    batch.create("things", "a", &json!({"n": 2})).unwrap();
    let refused = at.one.commit(batch).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(conflict) if conflict.key == "things/a"));
    assert_eq!(stored(&*at.one, "a").await.unwrap().body["n"], 1);
}

pub(crate) async fn replacing_needs_the_version_that_is_stored(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1}))]).await;
    let read = stored(&*at.one, "a").await.unwrap();
    let replace = |n: u32, version: &Version| {
        let mut batch = Batch::new();
        batch.replace("things", "a", version, &json!({ "n": n })).unwrap();
        batch
    };
    at.one.commit(replace(2, &read.version)).await.unwrap();
    assert!(
        at.one
            .commit(replace(3, &read.version))
            .await
            .unwrap_err()
            .is_conflict()
    );
    let now = stored(&*at.one, "a").await.unwrap();
    assert_eq!(now.body["n"], 2);

    delete(&*at.one, "a").await;
    assert!(
        at.one
            .commit(replace(4, &now.version))
            .await
            .unwrap_err()
            .is_conflict()
    );
    put(&*at.one, &[("a", json!({"n": 2}))]).await;
    assert!(
        at.one
            .commit(replace(5, &now.version))
            .await
            .unwrap_err()
            .is_conflict()
    );
}

/// A precondition, a document, and whether it holds; `here` exists and `gone` does not.
fn preconditions(here: &Version) -> Vec<(Precondition, &'static str, bool)> {
    use Precondition::{Absent, None, Present};
    let foreign = Version("0".to_owned());
    vec![
        (None, "here", true),
        (None, "gone", true),
        (Absent, "here", false),
        (Absent, "gone", true),
        (Present, "here", true),
        (Present, "gone", false),
        (Precondition::Version(here.clone()), "here", true),
        (Precondition::Version(here.clone()), "gone", false),
        (Precondition::Version(foreign.clone()), "here", false),
        (Precondition::Version(foreign), "gone", false),
    ]
}

/// Tries each precondition; `add` adds the operation, `becomes` says what it makes of a document.
async fn try_all(
    at: &Fixture,
    add: impl Fn(&mut Batch, &str, Precondition),
    becomes: impl Fn(Option<Value>) -> Option<Value>,
) {
    let store = &*at.one;
    for row in 0..10 {
        put(store, &[("here", json!({ "n": row })), ("gone", json!({}))]).await;
        delete(store, "gone").await;
        let here = stored(store, "here").await.unwrap();
        let (when, id, holds) = preconditions(&here.version).remove(row);
        let before = (id == "here").then_some(here.body);
        let mut batch = Batch::new();
        add(&mut batch, id, when.clone());
        let result = store.commit(batch).await;
        let after = stored(store, id).await.map(|document| document.body);
        if holds {
            assert!(result.is_ok(), "{when:?} of {id}: {result:?}");
            assert_eq!(after, becomes(before), "{when:?} of {id}");
        } else {
            assert!(result.unwrap_err().is_conflict(), "{when:?} of {id}");
            assert_eq!(after, before, "{when:?} of {id}");
        }
    }
}

pub(crate) async fn every_precondition_guards_a_check(at: &Fixture) {
    let check = |batch: &mut Batch, id: &str, when| {
        batch.check("things", id, when);
    };
    try_all(at, check, |before| before).await;
}

pub(crate) async fn every_precondition_guards_a_write(at: &Fixture) {
    let write = |batch: &mut Batch, id: &str, when| {
        batch.write("things", id, when, &json!({"n": "new"})).unwrap();
    };
    try_all(at, write, |_| Some(json!({"n": "new"}))).await;
}

pub(crate) async fn every_precondition_guards_a_delete(at: &Fixture) {
    let delete = |batch: &mut Batch, id: &str, when| {
        batch.delete("things", id, when);
    };
    try_all(at, delete, |_| None).await;
}

pub(crate) async fn one_failed_precondition_refuses_the_whole_commit(at: &Fixture) {
    put(&*at.one, &[("a", json!({"n": 1})), ("b", json!({"n": 1}))]).await;
    let mut batch = Batch::new();
    batch.put("things", "a", &json!({"n": 2})).unwrap();
    batch.create("others", "new", &json!({})).unwrap();
    batch.delete("things", "b", Precondition::None);
    batch.check("things", "c", Precondition::Present);
    let refused = at.one.commit(batch).await.unwrap_err();
    assert!(matches!(refused, Error::Conflict(conflict) if conflict.key == "things/c"));
    assert_eq!(stored(&*at.one, "a").await.unwrap().body["n"], 1);
    assert_eq!(stored(&*at.one, "b").await.unwrap().body["n"], 1);
    assert!(at.one.get("others", "new").await.unwrap().is_none());
}

pub(crate) async fn a_check_guards_other_writes_and_changes_nothing(at: &Fixture) {
    put(&*at.one, &[("lease", json!({"holder": 1}))]).await;
    let lease = stored(&*at.one, "lease").await.unwrap();
    let guarded = |id: &str| {
        let mut batch = Batch::new();
        batch.check("things", "lease", Precondition::Version(lease.version.clone()));
        batch.create("things", id, &json!({})).unwrap();
        batch
    };
    at.one.commit(guarded("a")).await.unwrap();
    assert_eq!(stored(&*at.one, "lease").await.unwrap(), lease);
    put(&*at.one, &[("lease", json!({"holder": 2}))]).await;
    assert!(at.one.commit(guarded("b")).await.unwrap_err().is_conflict());
    assert!(stored(&*at.one, "b").await.is_none());
}

pub(crate) async fn a_version_changes_with_the_body_and_only_then(at: &Fixture) {
    let mut seen = HashSet::new();
    for n in 0..5 {
        put(&*at.one, &[("a", json!({"n": n, "b": [1, {"c": null}]}))]).await;
        let written = stored(&*at.one, "a").await.unwrap();
        assert!(seen.insert(written.version.clone()));
        put(&*at.one, &[("a", json!({"n": n, "b": [1, {"c": null}]}))]).await;
        assert_eq!(
            stored(&*at.one, "a").await.unwrap(),
            written,
            "after an identical write"
        );
    }
}

pub(crate) async fn deleting_what_is_not_there_is_no_error(at: &Fixture) {
    let mut batch = Batch::new();
    batch.delete("things", "a", Precondition::None);
    at.one.commit(batch.clone()).await.unwrap();
    put(&*at.one, &[("a", json!({}))]).await;
    at.one.commit(batch.clone()).await.unwrap();
    at.one.commit(batch).await.unwrap();
    assert!(stored(&*at.one, "a").await.is_none());
}

pub(crate) async fn the_same_id_in_two_collections_is_two_documents(at: &Fixture) {
    let mut batch = Batch::new();
    batch.create("things", "a", &json!({"n": 1})).unwrap();
    batch.create("others", "a", &json!({"n": 2})).unwrap();
    at.one.commit(batch).await.unwrap();
    assert_eq!(stored(&*at.one, "a").await.unwrap().body["n"], 1);
    assert_eq!(at.one.get("others", "a").await.unwrap().unwrap().body["n"], 2);
}

pub(crate) async fn many_documents_are_read_at_once_and_missing_ones_left_out(at: &Fixture) {
    let names: Vec<String> = (0..400).map(|n| format!("d{n}")).collect();
    let mut batch = Batch::new();
    for name in names.iter().step_by(2) {
        batch
            .put("things", name.clone(), &json!({ "name": name }))
            .unwrap();
    }
    at.one.commit(batch).await.unwrap();
    let asked: Vec<&str> = names.iter().chain(&names).map(String::as_str).collect();
    let found = at.one.get_many("things", &asked).await.unwrap();
    let ids: HashSet<&str> = found.iter().map(|document| document.id.as_str()).collect();
    assert_eq!(ids, names.iter().step_by(2).map(String::as_str).collect());
    assert_eq!(found.len(), 200, "each once");
    assert!(found.iter().all(|document| document.body["name"] == document.id));
    assert!(at.one.get_many("things", &[]).await.unwrap().is_empty());
}

pub(crate) async fn a_stamp_differs_after_every_commit(at: &Fixture) {
    let other = (at.another)();
    for (n, writer) in [&at.one, &other, &at.one, &other].into_iter().enumerate() {
        let before = at.one.stamp();
        assert_eq!(at.one.stamp(), before, "nothing was committed");
        put(&**writer, &[("a", json!({ "n": n }))]).await;
        assert!(before.is_none() || at.one.stamp() != before, "commit {n} shows");
    }
}

pub(crate) async fn an_empty_commit_does_nothing(at: &Fixture) {
    at.one.commit(Batch::new()).await.unwrap();
    at.one.ping().await.unwrap();
}

/// Counts `times` up in a document, however often others are faster.
pub(crate) async fn count_up(store: Arc<dyn Documents>, times: usize) {
    for _ in 0..times {
        loop {
            let document = stored(&*store, "counter").await.unwrap();
            let n = document.body["n"].as_i64().unwrap() + 1;
            let mut batch = Batch::new();
            batch
                .replace("things", "counter", &document.version, &json!({ "n": n }))
                .unwrap();
            match store.commit(batch).await {
                Ok(()) => break,
                Err(Error::Conflict(_) | Error::Contention) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

pub(crate) async fn contended_increments_are_exact(at: &Fixture) {
    put(&*at.one, &[("counter", json!({"n": 0}))]).await;
    let another = (at.another)();
    let mut counting = JoinSet::new();
    for store in [&at.one, &another].into_iter().cycle().take(20) {
        counting.spawn(count_up(store.clone(), 10));
    }
    counting.join_all().await;
    assert_eq!(stored(&*at.one, "counter").await.unwrap().body["n"], 200);
}

pub(crate) async fn of_many_who_create_one_document_one_wins(at: &Fixture) {
    let another = (at.another)();
    let mut creating = JoinSet::new();
    for n in 0..20 {
        let store = if n % 2 == 0 {
            at.one.clone()
        } else {
            another.clone()
        };
        let mut batch = Batch::new();
        batch.create("things", "claim", &json!({ "winner": n })).unwrap();
        batch.create("others", format!("effect-{n}"), &json!({})).unwrap();
        creating.spawn(async move { (n, store.commit(batch).await) });
    }
    let (won, lost): (Vec<_>, Vec<_>) = creating
        .join_all()
        .await
        .into_iter()
        .partition(|(_, result)| result.is_ok());
    for (_, result) in lost {
        assert!(
            matches!(result, Err(Error::Conflict(_) | Error::Contention)),
            "{result:?}"
        );
    }
    let [(winner, _)] = won[..] else {
        panic!("{won:?}");
    };
    assert_eq!(stored(&*at.one, "claim").await.unwrap().body["winner"], winner);
    let effects = at.one.query(&Query::all("others")).await.unwrap();
    assert_eq!(effects.len(), 1);
}

pub(crate) async fn what_is_committed_is_there_for_every_handle(at: &Fixture) {
    let another = (at.another)();
    for n in 0..20 {
        put(&*at.one, &[("a", json!({ "n": n }))]).await;
        assert_eq!(stored(&*another, "a").await.unwrap().body["n"], n);
        put(&*another, &[("b", json!({ "n": n }))]).await;
        assert_eq!(stored(&*at.one, "b").await.unwrap().body["n"], n);
    }
}
