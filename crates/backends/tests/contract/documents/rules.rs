use std::time::Duration;

use backends::{
    Error,
    documents::{Batch, Direction, Documents, Filter, Position, Precondition, Query},
};
use serde_json::{Value, json};

use super::{Fixture, put, stored, things};

async fn refused(store: &dyn Documents, batch: Batch) {
    let result = store.commit(batch).await;
    assert!(matches!(result, Err(Error::Invalid(_))), "{result:?}");
}

async fn refused_body(store: &dyn Documents, body: &Value) {
    let mut batch = Batch::new();
    batch.put("things", "before", &json!({})).unwrap();
    batch.put("things", "a", body).unwrap();
    refused(store, batch).await;
    assert!(stored(store, "before").await.is_none());
}

pub(crate) async fn a_document_is_in_a_commit_once(at: &Fixture) {
    let mut batch = Batch::new();
    batch.put("things", "a", &json!({})).unwrap();
    batch.check("things", "a", Precondition::None);
    refused(&*at.one, batch).await;
    assert!(stored(&*at.one, "a").await.is_none());
}

pub(crate) async fn a_document_has_at_most_a_mebibyte(at: &Fixture) {
    let of = |bytes: usize| json!({ "text": "x".repeat(bytes) });
    put(&*at.one, &[("a", of((1 << 20) - 200))]).await;
    refused_body(&*at.one, &of(1 << 20)).await;
}

pub(crate) async fn a_commit_has_at_most_four_mebibytes(at: &Fixture) {
    let of = |documents: usize| {
        let mut batch = Batch::new();
        for n in 0..documents {
            batch
                .put("things", format!("d{n}"), &json!({ "text": "x".repeat(900_000) }))
                .unwrap();
        }
        batch
    };
    at.one.commit(of(4)).await.unwrap();
    refused(&*at.one, of(5)).await;
}

pub(crate) async fn bodies_are_objects_without_arrays_in_arrays(at: &Fixture) {
    for body in [
        json!({"a": [[1]]}),
        json!({"a": {"b": [1, [2]]}}),
        json!({"a": [{"b": [[]]}]}),
    ] {
        refused_body(&*at.one, &body).await;
    }
    for body in [json!([]), json!("text"), json!(1), json!(null)] {
        refused_body(&*at.one, &body).await;
    }
    put(&*at.one, &[("a", json!({"a": [{"b": [1]}]}))]).await;
}

pub(crate) async fn ids_keep_firestores_rules(at: &Fixture) {
    let long = "x".repeat(1501);
    for id in ["", "a/b", "/", ".", "..", "__a__", long.as_str()] {
        let mut batch = Batch::new();
        batch.put("things", id, &json!({})).unwrap();
        refused(&*at.one, batch).await;
        let mut batch = Batch::new();
        batch.delete("things", id, Precondition::None);
        refused(&*at.one, batch).await;
    }
}

pub(crate) async fn collections_are_declared(at: &Fixture) {
    let invalid = |error: Error| assert!(matches!(error, Error::Invalid(_)), "{error:?}");
    let mut batch = Batch::new();
    batch.put("secrets", "a", &json!({})).unwrap();
    invalid(at.one.commit(batch).await.unwrap_err());
    invalid(at.one.get("secrets", "a").await.unwrap_err());
    invalid(at.one.query(&Query::all("secrets")).await.unwrap_err());
    invalid(at.one.count(&Query::all("secrets")).await.unwrap_err());
    invalid(at.one.changes("secrets", None, Duration::ZERO).await.unwrap_err());
    invalid(at.one.changes("keyed", None, Duration::ZERO).await.unwrap_err());
}

pub(crate) async fn queries_need_a_declared_index(at: &Fixture) {
    let n = |filter: fn(String, Value) -> Filter| filter("n".to_owned(), json!(1));
    for query in [
        things().equals("name", "a"),
        things().contains("kind", "a"),
        things().equals("tags", "a"),
        things().ordered("name", Direction::Ascending),
        things()
            .equals("kind", "a")
            .contains("tags", "b")
            .ordered("n", Direction::Descending),
        things().contains("tags", "a").ordered("n", Direction::Descending),
        things()
            .contains("tags", "a")
            .contains("tags", "b")
            .ordered("n", Direction::Ascending),
        // A range's field is the order's.
        things().filter(n(Filter::AtLeast)),
        things()
            .filter(n(Filter::AtMost))
            .ordered("kind", Direction::Ascending),
        // Sizes.
        things().limit(1001),
        things().offset(1001),
        // Only scalars compare.
        things().equals("kind", json!(["a"])),
        things().contains("tags", json!({"a": 1})),
        things()
            .filter(Filter::Below("n".to_owned(), json!([])))
            .ordered("n", Direction::Ascending),
    ] {
        let result = at.one.query(&query).await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{query:?}: {result:?}");
        let result = at.one.count(&query).await;
        assert!(
            matches!(result, Err(Error::Invalid(_))),
            "count {query:?}: {result:?}"
        );
    }
}

pub(crate) async fn a_position_belongs_to_its_order(at: &Fixture) {
    let by_id = Position {
        value: None,
        id: "a".to_owned(),
    };
    let by_field = Position {
        value: Some(json!(1)),
        id: "a".to_owned(),
    };
    for query in [
        things().after(Some(by_field)),
        things().ordered("n", Direction::Ascending).after(Some(by_id)),
    ] {
        let result = at.one.query(&query).await;
        assert!(matches!(result, Err(Error::Invalid(_))), "{query:?}: {result:?}");
    }
}

pub(crate) async fn more_than_a_thousand_ids_are_refused(at: &Fixture) {
    let ids = vec!["a"; 1001];
    assert!(matches!(
        at.one.get_many("things", &ids).await,
        Err(Error::Invalid(_))
    ));
}
