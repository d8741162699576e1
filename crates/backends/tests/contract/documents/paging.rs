use std::cmp::Ordering;

use backends::documents::{Batch, Direction, Documents, Filter, Precondition, Query};
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};
use tokio::{runtime::Handle, task::block_in_place};

use super::{Fixture, things};

/// A page size, a direction, and whether only one kind is asked for.
type Asked = (usize, bool, bool);
/// A range of the field of the order.
type Range = Option<Filter>;
/// What documents hold in the field of the order, and of which kind they are.
type Data = Vec<(Option<Value>, bool)>;
/// The same with their ids.
type Model = Vec<(String, Option<Value>, bool)>;

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-3_i64..3).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        (-3_i32..3).prop_map(|n| Value::from(f64::from(n) / 2.0)),
        any::<f64>()
            .prop_filter("JSON has finite numbers", |n| n.is_finite())
            .prop_map(Value::from),
        "[ab]{0,2}".prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ]
}

fn data() -> impl Strategy<Value = Data> {
    proptest::collection::vec((proptest::option::weighted(0.9, value()), any::<bool>()), 0..30)
}

fn range() -> impl Strategy<Value = Range> {
    let comparison = proptest::sample::select(vec![Filter::AtLeast, Filter::AtMost, Filter::Below]);
    let filter = (comparison, value()).prop_map(|(filter, value)| filter("n".to_owned(), value));
    proptest::option::of(filter)
}

fn is_within(range: &Range, value: &Value) -> bool {
    let same_kind = |bound: &Value| std::mem::discriminant(bound) == std::mem::discriminant(value);
    match range {
        Some(Filter::AtLeast(_, bound)) => same_kind(bound) && compare(value, bound).is_ge(),
        Some(Filter::AtMost(_, bound)) => same_kind(bound) && compare(value, bound).is_le(),
        Some(Filter::Below(_, bound)) => same_kind(bound) && compare(value, bound).is_lt(),
        _ => true,
    }
}

/// Firestore's order of kinds, and within a kind.
fn compare(a: &Value, b: &Value) -> Ordering {
    let rank = |value: &Value| match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        _ => 3,
    };
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Number(_), Value::Number(_)) => compare_numbers(a, b),
        (Value::String(a), Value::String(b)) => a.as_bytes().cmp(b.as_bytes()),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn compare_numbers(a: &Value, b: &Value) -> Ordering {
    match (a.as_i64(), b.as_i64()) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(a), None) => compare_mixed(a, b.as_f64().unwrap()),
        (None, Some(b)) => compare_mixed(b, a.as_f64().unwrap()).reverse(),
        (None, None) => a.as_f64().unwrap().partial_cmp(&b.as_f64().unwrap()).unwrap(),
    }
}

/// Exactly: an integer may lie between two neighbouring floats.
#[expect(clippy::cast_possible_truncation, reason = "within the range of i128")]
fn compare_mixed(a: i64, b: f64) -> Ordering {
    let by_range = if b.abs() > 1e30 { 0.0.partial_cmp(&b) } else { None };
    by_range.unwrap_or_else(|| {
        let whole = b.floor();
        i128::from(a).cmp(&(whole as i128)).then(if b > whole {
            Ordering::Less
        } else {
            Ordering::Equal
        })
    })
}

async fn fill(store: &dyn Documents, data: &Data) -> Model {
    let old = store.query(&things()).await.unwrap();
    let mut batch = Batch::new();
    for document in old {
        batch.delete("things", document.id, Precondition::None);
    }
    store.commit(batch).await.unwrap();
    let mut batch = Batch::new();
    let mut model = Vec::new();
    for (n, (value, kind)) in data.iter().enumerate() {
        let id = format!("d{}", n * 7919 % 1000);
        let mut body = json!({ "kind": kind });
        if let Some(value) = value {
            body["n"] = value.clone();
        }
        batch.put("things", id.clone(), &body).unwrap();
        model.push((id, value.clone(), *kind));
    }
    store.commit(batch).await.unwrap();
    model
}

/// All pages, one after another.
async fn read(store: &dyn Documents, query: Query) -> Vec<String> {
    let mut ids = Vec::new();
    let mut after = None;
    loop {
        let page = store.query(&query.clone().after(after)).await.unwrap();
        assert!(page.len() <= query.limit);
        let Some(last) = page.last() else {
            return ids;
        };
        after = Some(query.position_of(last));
        ids.extend(page.into_iter().map(|document| document.id));
        assert!(ids.len() <= 1000, "the pages go round in circles");
    }
}

fn expected(mut model: Model, (_, ascending, filtered): Asked, range: &Range) -> Vec<String> {
    model.retain(|(_, _, kind)| !filtered || *kind);
    let present = model.into_iter().filter_map(|(id, value, _)| Some((value?, id)));
    let mut sorted: Vec<(Value, String)> = present.filter(|(value, _)| is_within(range, value)).collect();
    sorted.sort_by(|(a, a_id), (b, b_id)| compare(a, b).then(a_id.cmp(b_id)));
    if !ascending {
        sorted.reverse();
    }
    sorted.into_iter().map(|(_, id)| id).collect()
}

fn query((limit, ascending, filtered): Asked, range: &Range) -> Query {
    let direction = if ascending {
        Direction::Ascending
    } else {
        Direction::Descending
    };
    let mut query = things().ordered("n", direction).limit(limit);
    query.filters.extend(range.clone());
    if filtered {
        query.equals("kind", true)
    } else {
        query
    }
}

/// Whatever the documents hold, the pages of any order have each document once and in order.
pub(crate) async fn pages_have_each_document_once(at: &Fixture) {
    let store = at.one.clone();
    let asked: Vec<Asked> = [1, 2, 7, 100]
        .into_iter()
        .flat_map(|limit| {
            [(true, true), (true, false), (false, true), (false, false)].map(|(a, f)| (limit, a, f))
        })
        .collect();
    let check = |(data, range): (Data, Range)| {
        block_in_place(|| {
            Handle::current().block_on(async {
                let model = fill(&*store, &data).await;
                for asked in &asked {
                    let expected = expected(model.clone(), *asked, &range);
                    let query = query(*asked, &range);
                    assert_eq!(store.count(&query).await.unwrap(), expected.len() as u64);
                    assert_eq!(read(&*store, query).await, expected);
                }
            });
        });
        Ok(())
    };
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(60)
    });
    runner.run(&(data(), range()), check).unwrap();
}

pub(crate) async fn pages_by_id_have_each_document_once(at: &Fixture) {
    let model = fill(&*at.one, &vec![(None, true); 100]).await;
    let mut expected: Vec<String> = model.into_iter().map(|(id, ..)| id).collect();
    expected.sort_unstable();
    assert_eq!(read(&*at.one, things().limit(7)).await, expected);
    assert_eq!(
        read(&*at.one, things().equals("kind", true).limit(9)).await,
        expected
    );
}
