use backends::documents::{Direction, Filter, Query};
use serde_json::{Value, json};

use super::{Fixture, delete, ids, put, things};
use Direction::{Ascending, Descending};

pub(crate) async fn everything_comes_by_id(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("b", json!({})),
            ("a", json!({})),
            ("A", json!({})),
            ("é", json!({})),
            ("a0", json!({})),
        ],
    )
    .await;
    assert_eq!(ids(&*at.one, things()).await, ["A", "a", "a0", "b", "é"]);
    assert!(ids(&*at.one, Query::all("others")).await.is_empty());
}

pub(crate) async fn equal_means_the_same_kind_and_value(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("true", json!({"kind": true})),
            ("one", json!({"kind": 1})),
            ("one point", json!({"kind": 1.0})),
            ("text one", json!({"kind": "1"})),
            ("false", json!({"kind": false})),
            ("zero", json!({"kind": 0})),
            ("null", json!({"kind": null})),
            ("empty", json!({"kind": ""})),
            ("missing", json!({})),
            ("list", json!({"kind": [1]})),
            ("map", json!({"kind": {"kind": 1}})),
            ("float", json!({"kind": 0.1})),
            ("large", json!({"kind": 9_007_199_254_740_993_i64})),
        ],
    )
    .await;
    let equal = async |value: Value| ids(&*at.one, things().equals("kind", value)).await;
    assert_eq!(equal(json!(true)).await, ["true"]);
    assert_eq!(equal(json!(false)).await, ["false"]);
    assert_eq!(equal(json!(1)).await, ["one", "one point"]);
    assert_eq!(equal(json!(1.0)).await, ["one", "one point"]);
    assert_eq!(equal(json!("1")).await, ["text one"]);
    assert_eq!(equal(json!(0)).await, ["zero"]);
    assert_eq!(equal(json!(null)).await, ["null"]);
    assert_eq!(equal(json!("")).await, ["empty"]);
    assert_eq!(equal(json!(0.1)).await, ["float"]);
    assert_eq!(equal(json!(9_007_199_254_740_993_i64)).await, ["large"]);
    assert!(equal(json!(9_007_199_254_740_992_i64)).await.is_empty());
    assert!(equal(json!("[1]")).await.is_empty());
}

pub(crate) async fn any_text_is_compared_as_it_is(at: &Fixture) {
    let texts = [
        "a",
        "A",
        "a\u{0}b",
        "a\u{0}",
        "'",
        "\"",
        "\\",
        "é",
        "e\u{301}",
        "मधु",
        "🧵",
        " a",
        "%",
        "?1",
    ];
    for (n, text) in texts.iter().enumerate() {
        put(
            &*at.one,
            &[(&format!("d{n:02}"), json!({"kind": text, "tags": [text]}))],
        )
        .await;
    }
    for (n, text) in texts.iter().enumerate() {
        assert_eq!(
            ids(&*at.one, things().equals("kind", *text)).await,
            [format!("d{n:02}")],
            "{text:?}"
        );
        assert_eq!(
            ids(&*at.one, things().contains("tags", *text)).await,
            [format!("d{n:02}")],
            "{text:?}"
        );
    }
}

pub(crate) async fn a_dotted_field_looks_inside(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("a", json!({"place": {"city": "Pune"}})),
            ("b", json!({"place": "Pune"})),
            ("c", json!({"place.city": "Pune"})),
            ("d", json!({"place": [{"city": "Pune"}]})),
        ],
    )
    .await;
    assert_eq!(ids(&*at.one, things().equals("place.city", "Pune")).await, ["a"]);
}

pub(crate) async fn contains_finds_scalars_of_an_array(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("a", json!({"tags": ["red", "blue", "red"]})),
            ("b", json!({"tags": ["reddish"]})),
            ("c", json!({"tags": "red"})),
            ("d", json!({"tags": [{"red": "red"}]})),
            ("e", json!({"tags": {"x": "red"}})),
            ("f", json!({"tags": [1, true, null, 1.5]})),
            ("g", json!({"tags": []})),
            ("h", json!({"tags": [1.0, "1"]})),
        ],
    )
    .await;
    let with = async |value: Value| ids(&*at.one, things().contains("tags", value)).await;
    assert_eq!(with(json!("red")).await, ["a"]);
    assert_eq!(with(json!(1)).await, ["f", "h"]);
    assert_eq!(with(json!(true)).await, ["f"]);
    assert_eq!(with(json!(null)).await, ["f"]);
    assert_eq!(with(json!("1")).await, ["h"]);
    assert!(with(json!(false)).await.is_empty());
}

pub(crate) async fn contains_follows_changes(at: &Fixture) {
    let red = || things().contains("tags", "red");
    put(
        &*at.one,
        &[
            ("a", json!({"tags": ["red"]})),
            ("b", json!({"tags": ["red", "blue"]})),
        ],
    )
    .await;
    put(
        &*at.one,
        &[
            ("a", json!({"tags": ["blue"]})),
            ("b", json!({"tags": ["blue", "red"]})),
        ],
    )
    .await;
    assert_eq!(ids(&*at.one, red()).await, ["b"]);
    put(
        &*at.one,
        &[("b", json!({"tags": null})), ("c", json!({"tags": ["red"]}))],
    )
    .await;
    assert_eq!(ids(&*at.one, red()).await, ["c"]);
    delete(&*at.one, "c").await;
    assert!(ids(&*at.one, red()).await.is_empty());
    assert_eq!(at.one.count(&red()).await.unwrap(), 0);
}

pub(crate) async fn an_order_leaves_out_documents_without_the_field(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("missing", json!({})),
            ("deep", json!({"x": {"n": 1}})),
            ("two", json!({"n": 2})),
            ("null", json!({"n": null})),
            ("one", json!({"n": 1})),
        ],
    )
    .await;
    assert_eq!(
        ids(&*at.one, things().ordered("n", Ascending)).await,
        ["null", "one", "two"]
    );
    assert_eq!(
        ids(&*at.one, things().ordered("n", Descending)).await,
        ["two", "one", "null"]
    );
    assert_eq!(at.one.count(&things().ordered("n", Ascending)).await.unwrap(), 3);
    assert_eq!(at.one.count(&things()).await.unwrap(), 5);
}

pub(crate) async fn ids_break_ties_in_the_same_direction(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("b", json!({"n": 1})),
            ("c", json!({"n": 1.0})),
            ("a", json!({"n": 1})),
            ("d", json!({"n": 0})),
        ],
    )
    .await;
    assert_eq!(
        ids(&*at.one, things().ordered("n", Ascending)).await,
        ["d", "a", "b", "c"]
    );
    assert_eq!(
        ids(&*at.one, things().ordered("n", Descending)).await,
        ["c", "b", "a", "d"]
    );
}

pub(crate) async fn kinds_sort_one_after_another(at: &Fixture) {
    let sorted = [
        json!(null),
        json!(false),
        json!(true),
        json!(-1e300),
        json!(-1),
        json!(0.5),
        json!(1),
        json!(9_007_199_254_740_993_i64),
        json!(1e300),
        json!(""),
        json!("A"),
        json!("a"),
        json!("é"),
        json!("🧵"),
    ];
    for (n, value) in sorted.iter().enumerate().rev() {
        put(&*at.one, &[(&format!("d{n:02}"), json!({ "n": value }))]).await;
    }
    let mut expected: Vec<String> = (0..sorted.len()).map(|n| format!("d{n:02}")).collect();
    assert_eq!(ids(&*at.one, things().ordered("n", Ascending)).await, expected);
    expected.reverse();
    assert_eq!(ids(&*at.one, things().ordered("n", Descending)).await, expected);
}

pub(crate) async fn ranges_stay_within_a_kind(at: &Fixture) {
    let values = [
        json!(null),
        json!(false),
        json!(true),
        json!(-5),
        json!(0),
        json!(2.5),
        json!(7),
        json!("2"),
        json!("b"),
        json!("c"),
    ];
    for (n, value) in values.iter().enumerate() {
        put(&*at.one, &[(&format!("d{n}"), json!({ "n": value }))]).await;
    }
    let range = async |filters: &[Filter]| {
        let query = filters
            .iter()
            .cloned()
            .fold(things(), Query::filter)
            .ordered("n", Ascending);
        assert_eq!(
            at.one.count(&query).await.unwrap(),
            at.one.query(&query).await.unwrap().len() as u64
        );
        ids(&*at.one, query).await
    };
    let at_least = |value: Value| Filter::AtLeast("n".to_owned(), value);
    let at_most = |value: Value| Filter::AtMost("n".to_owned(), value);
    let below = |value: Value| Filter::Below("n".to_owned(), value);
    assert_eq!(range(&[at_least(json!(0))]).await, ["d4", "d5", "d6"]);
    assert_eq!(range(&[at_most(json!(2.5))]).await, ["d3", "d4", "d5"]);
    assert_eq!(range(&[below(json!(2.5))]).await, ["d3", "d4"]);
    assert_eq!(
        range(&[at_least(json!(-5)), below(json!(7))]).await,
        ["d3", "d4", "d5"]
    );
    assert_eq!(range(&[at_least(json!("b"))]).await, ["d8", "d9"]);
    assert_eq!(range(&[at_most(json!("b"))]).await, ["d7", "d8"]);
    assert_eq!(range(&[at_least(json!(false))]).await, ["d1", "d2"]);
    assert_eq!(range(&[below(json!(true))]).await, ["d1"]);
    assert_eq!(range(&[at_most(json!(null))]).await, ["d0"]);
    assert!(range(&[at_least(json!(8))]).await.is_empty());
}

pub(crate) async fn filters_order_and_range_combine(at: &Fixture) {
    for n in 0..20 {
        let kind = if n % 2 == 0 { "even" } else { "odd" };
        let city = if n % 3 == 0 { "Pune" } else { "Goa" };
        put(
            &*at.one,
            &[(
                &format!("d{n:02}"),
                json!({"kind": kind, "n": n, "place": {"city": city}, "tags": [kind]}),
            )],
        )
        .await;
    }
    let range = |query: Query| {
        query
            .filter(Filter::AtLeast("n".to_owned(), json!(4)))
            .filter(Filter::Below("n".to_owned(), json!(16)))
    };
    let descending = range(things().equals("kind", "even")).ordered("n", Descending);
    assert_eq!(
        ids(&*at.one, descending).await,
        ["d14", "d12", "d10", "d08", "d06", "d04"]
    );
    let merged = range(things().equals("kind", "even").equals("place.city", "Pune")).ordered("n", Ascending);
    assert_eq!(ids(&*at.one, merged.clone()).await, ["d06", "d12"]);
    assert_eq!(at.one.count(&merged).await.unwrap(), 2);
    let three = range(things().equals("place.city", "Pune").contains("tags", "odd")).ordered("n", Ascending);
    assert_eq!(ids(&*at.one, three).await, ["d09", "d15"]);
    let by_id = things().equals("kind", "even").equals("place.city", "Pune");
    assert_eq!(ids(&*at.one, by_id).await, ["d00", "d06", "d12", "d18"]);
}

pub(crate) async fn limit_and_offset_cut_a_page_and_count_ignores_them(at: &Fixture) {
    for n in 0..10 {
        put(&*at.one, &[(&format!("d{n}"), json!({"n": n, "kind": "k"}))]).await;
    }
    let query = things()
        .equals("kind", "k")
        .ordered("n", Descending)
        .limit(3)
        .offset(2);
    assert_eq!(ids(&*at.one, query.clone()).await, ["d7", "d6", "d5"]);
    let last = at.one.query(&query).await.unwrap().pop().unwrap();
    let position = query.position_of(&last);
    let next = query.clone().offset(0).after(Some(position.clone()));
    assert_eq!(ids(&*at.one, next).await, ["d4", "d3", "d2"]);
    let skipped = query.clone().after(Some(position));
    assert_eq!(ids(&*at.one, skipped.clone()).await, ["d2", "d1", "d0"]);
    assert_eq!(at.one.count(&skipped).await.unwrap(), 10);
    assert!(ids(&*at.one, query.limit(0)).await.is_empty());
    assert!(ids(&*at.one, things().offset(10)).await.is_empty());
}

pub(crate) async fn a_position_outlives_its_document(at: &Fixture) {
    put(
        &*at.one,
        &[
            ("a", json!({"n": 1})),
            ("b", json!({"n": 1})),
            ("c", json!({"n": 1})),
            ("d", json!({"n": 2})),
        ],
    )
    .await;
    let query = things().ordered("n", Ascending).limit(2);
    let page = at.one.query(&query).await.unwrap();
    let rest = query.clone().after(Some(query.position_of(&page[1])));
    delete(&*at.one, "b").await;
    assert_eq!(ids(&*at.one, rest).await, ["c", "d"]);
}
