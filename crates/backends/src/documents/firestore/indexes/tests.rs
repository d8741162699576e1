use gcloud_sdk::google::firestore::v1::{
    StructuredQuery,
    structured_query::{
        Direction as Way, FieldReference, Filter as Wired, field_filter::Operator, filter::FilterType,
        unary_filter::OperandType,
    },
};

use super::*;
use crate::documents::{Collection, Filter, Query, firestore::select};

const THINGS: &[Collection] = &[Collection {
    name: "things",
    indexes: &[
        Index::on(&["kind", "place.city"]),
        Index::on(&["kind"]).by("n", Direction::Descending),
        Index::on(&["place.city"]).by("n", Direction::Descending),
        Index::on(&[]).containing("tags").by("n", Direction::Descending),
        Index::on(&[]).containing("tags"),
        Index::on(&[]).by("n", Direction::Ascending),
        Index::on(&[]),
    ],
    followed: true,
}];

/// The same in shards, all or only some.
fn sharded(which: fn(&Index) -> bool) -> Schema {
    let in_shards = |index: &Index| if which(index) { index.sharded() } else { *index };
    let indexes: Vec<Index> = THINGS[0].indexes.iter().map(in_shards).collect();
    Schema::of(&[Collection {
        indexes: indexes.leak(),
        ..THINGS[0]
    }])
}

fn paths(fields: &[Field]) -> String {
    let fields = fields.iter().map(|field| format!("{} {}", field.path, field.by));
    fields.collect::<Vec<_>>().join(", ")
}

#[test]
fn every_declared_index_ends_with_the_id_in_the_direction_of_its_order() {
    let indexes = indexes(&Schema::of(THINGS));
    let lines = indexes
        .composite
        .iter()
        .map(|index| format!("{}: {}", index.collection, paths(&index.fields)));
    assert_eq!(
        lines.collect::<Vec<_>>(),
        [
            "things: kind ASCENDING, n DESCENDING, `~id` DESCENDING",
            "things: kind ASCENDING, place.city ASCENDING, `~id` ASCENDING",
            "things: n ASCENDING, `~id` ASCENDING",
            "things: place.city ASCENDING, n DESCENDING, `~id` DESCENDING",
            "things: tags CONTAINS, `~id` ASCENDING",
            "things: tags CONTAINS, n DESCENDING, `~id` DESCENDING",
            "~log: parts CONTAINS, at ASCENDING",
            "~log: parts CONTAINS, at DESCENDING",
        ]
    );
}

#[test]
fn nothing_but_the_shard_comes_before_a_field_that_only_grows() {
    let indexes = indexes(&sharded(|index| index.order.is_some()));
    let of_things = indexes
        .composite
        .iter()
        .filter(|index| index.collection == "things");
    assert_eq!(
        of_things.map(|index| paths(&index.fields)).collect::<Vec<_>>(),
        [
            "`~shard` ASCENDING, `~id` ASCENDING",
            "`~shard` ASCENDING, kind ASCENDING, n DESCENDING, `~id` DESCENDING",
            "`~shard` ASCENDING, n ASCENDING, `~id` ASCENDING",
            "`~shard` ASCENDING, place.city ASCENDING, n DESCENDING, `~id` DESCENDING",
            "`~shard` ASCENDING, tags CONTAINS, n DESCENDING, `~id` DESCENDING",
            "kind ASCENDING, place.city ASCENDING, `~id` ASCENDING",
            "tags CONTAINS, `~id` ASCENDING",
        ]
    );
    assert_eq!(indexes.single, []);
}

/// Whether Firestore answers a query with these indexes: one of them serves it, or several whose ends are the query's
/// whole order, which it joins (<https://cloud.google.com/firestore/docs/query-data/index-overview>, "index merging").
fn answers(indexes: &Indexes, query: &StructuredQuery) -> bool {
    let collection = &query.from[0].collection_id;
    let order = order(query);
    let exact: BTreeSet<Field> = query.r#where.iter().flat_map(exact).collect();
    let exact: BTreeSet<Field> = exact
        .into_iter()
        .filter(|field| order.iter().all(|ordered| ordered.path != field.path))
        .collect();
    if let ([field], true) = (&order[..], exact.is_empty()) {
        return field.by == "ASCENDING"
            && indexes
                .single
                .iter()
                .any(|single| single.collection == *collection && single.path == field.path);
    }
    let of_it = indexes
        .composite
        .iter()
        .filter(|index| index.collection == *collection);
    let begins = of_it.filter_map(|index| index.fields.strip_suffix(&order[..]));
    let usable: Vec<&[Field]> = begins
        .filter(|begins| begins.iter().all(|field| exact.contains(field)))
        .collect();
    let joined: BTreeSet<Field> = usable.iter().flat_map(|begins| begins.to_vec()).collect();
    !usable.is_empty() && joined == exact
}

/// The order as it is written in indexes, which end with the name by themselves.
fn order(query: &StructuredQuery) -> Vec<Field> {
    let ordered = query.order_by.iter().map(|order| Field {
        path: order.field.as_ref().unwrap().field_path.clone(),
        by: match order.direction() {
            Way::Descending => "DESCENDING",
            Way::Ascending | Way::Unspecified => "ASCENDING",
        },
    });
    let mut fields: Vec<Field> = ordered.collect();
    if let [.., before, last] = &fields[..]
        && last.path == "__name__"
    {
        assert_eq!(
            before.by, last.by,
            "an index ends with the name in its order's direction"
        );
        fields.pop();
    }
    fields
}

/// What must be equal, or in an array.
fn exact(filter: &Wired) -> Vec<Field> {
    let named = |field: &Option<FieldReference>, by| Field {
        path: field.as_ref().unwrap().field_path.clone(),
        by,
    };
    match filter.filter_type.as_ref().unwrap() {
        FilterType::CompositeFilter(all) => all.filters.iter().flat_map(exact).collect(),
        FilterType::UnaryFilter(is) => match is.operand_type.as_ref().unwrap() {
            OperandType::Field(field) => vec![named(&Some(field.clone()), "ASCENDING")],
        },
        FilterType::FieldFilter(compared) => match compared.op() {
            Operator::Equal | Operator::In => vec![named(&compared.field, "ASCENDING")],
            Operator::ArrayContains | Operator::ArrayContainsAny => vec![named(&compared.field, "CONTAINS")],
            _ => Vec::new(), // a range of the order's first field
        },
    }
}

/// Every combination of filters, null among them, and orders on the fields of things.
fn questions() -> Vec<Query> {
    let begin = [None, Some(Direction::Ascending), Some(Direction::Descending)].map(|direction| {
        let all = Query::all("things");
        direction.map_or(all.clone(), |direction| all.ordered("n", direction))
    });
    let with = |queries: Vec<Query>, filters: &[Filter]| -> Vec<Query> {
        let filtered = |query: &Query| {
            let one = filters.iter().map(|filter| query.clone().filter(filter.clone()));
            one.chain([query.clone()]).collect::<Vec<_>>()
        };
        queries.iter().flat_map(filtered).collect()
    };
    let equals = |field: &str| {
        [1.into(), serde_json::Value::Null].map(|value| Filter::Equals(field.to_owned(), value))
    };
    let mut queries = begin.to_vec();
    for field in ["kind", "place.city", "shape"] {
        queries = with(queries, &equals(field));
    }
    queries = with(queries, &[Filter::Contains("tags".to_owned(), 1.into())]);
    queries = with(queries, &[Filter::AtLeast("n".to_owned(), 1.into())]);
    with(queries, &[Filter::Below("n".to_owned(), 9.into())])
}

#[test]
fn firestore_answers_the_queries_that_the_port_takes_and_no_others() {
    answers_what_the_port_takes(&Schema::of(THINGS));
}

#[test]
fn so_it_does_from_shards() {
    answers_what_the_port_takes(&sharded(|_| true));
    answers_what_the_port_takes(&sharded(|index| index.order.is_some()));
    answers_what_the_port_takes(&sharded(|index| index.order.is_none()));
    answers_what_the_port_takes(&sharded(|index| index.equals == ["kind"]));
}

fn answers_what_the_port_takes(schema: &Schema) {
    let indexes = indexes(schema);
    let (mut taken, mut refused) = (0, 0);
    for query in questions() {
        let ranged = query.filters.iter().any(Filter::is_range);
        if ranged && query.order.is_none() {
            assert!(schema.check(&query).is_err(), "{query:?}");
            continue;
        }
        let takes = schema.check(&query).is_ok();
        let wired = select::all(schema, &query).unwrap().unwrap();
        assert_eq!(takes, answers(&indexes, &wired), "{query:?}");
        *(if takes { &mut taken } else { &mut refused }) += 1;
    }
    assert!(taken > 20 && refused > 100, "{taken} taken, {refused} refused");
}

#[test]
fn the_log_of_commits_can_be_read() {
    let indexes = indexes(&Schema::of(THINGS));
    for query in [log::newest_query("things"), log::since_query("things", 7, None)] {
        assert!(answers(&indexes, &query), "{query:?}");
    }
}
