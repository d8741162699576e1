use serde_json::json;

use super::*;
use crate::{
    Options,
    documents::{
        Collection, Index, Schema,
        embedded::{layout, tests::plan},
    },
};

const COLLECTIONS: &[Collection] = &[Collection {
    name: "things",
    indexes: &[
        Index::on(&["kind"]),
        Index::on(&["kind", "place.city"]).by("n", Direction::Descending),
        Index::on(&[]).by("n", Direction::Ascending),
        Index::on(&[]).containing("tags"),
    ],
    followed: true,
}];

/// How SQLite would answer a query of `things`.
fn plan_of(query: &Query) -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("documents.sqlite");
    layout::open(&path, &Schema::of(COLLECTIONS), Options::default()).unwrap();
    let select = page(&COLLECTIONS[0], query).unwrap();
    plan(&path, &select.sql, &select.parameters)
}

fn things() -> Query {
    Query::all("things")
}

#[test]
fn every_declared_query_reads_its_index_in_order() {
    let position = |value| Position {
        value,
        id: "a".to_owned(),
    };
    let both = things()
        .equals("kind", "a")
        .equals("place.city", "b")
        .ordered("n", Direction::Descending);
    let range = |query: Query| query.filter(Filter::AtLeast("n".to_owned(), json!(1)));
    for (query, index) in [
        (things().equals("kind", "a"), "things: kind"),
        (
            things().equals("kind", "a").after(Some(position(None))),
            "things: kind",
        ),
        (both.clone(), "things: kind, place.city, n"),
        (range(both.clone()), "things: kind, place.city, n"),
        (
            both.after(Some(position(Some(json!(2))))),
            "things: kind, place.city, n",
        ),
        (things().ordered("n", Direction::Ascending), "things: n"),
        (range(things().ordered("n", Direction::Ascending)), "things: n"),
    ] {
        let plan = plan_of(&query);
        assert!(plan.contains(&format!("INDEX {index} (")), "{query:?}: {plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{query:?}: {plan}");
    }
}

#[test]
fn everything_and_one_document_are_found_by_the_key() {
    for query in [
        things(),
        things().after(Some(Position {
            value: None,
            id: "a".to_owned(),
        })),
    ] {
        let plan = plan_of(&query);
        assert!(
            plan.contains("USING PRIMARY KEY") && !plan.contains("TEMP B-TREE"),
            "{plan}"
        );
    }
}

#[test]
fn contains_looks_up_its_elements() {
    let plan = plan_of(&things().contains("tags", "a"));
    assert!(plan.contains("SEARCH elements USING PRIMARY KEY"), "{plan}");
}

/// A deep page must not read those before it.
#[test]
fn a_position_is_sought_in_the_index() {
    let position = Position {
        value: Some(json!(1)),
        id: "a".to_owned(),
    };
    for direction in [Direction::Ascending, Direction::Descending] {
        let both = things().equals("kind", "a").equals("place.city", "b");
        let (query, expected) = match direction {
            Direction::Ascending => (things().ordered("n", direction), "INDEX things: n (<expr>>?)"),
            Direction::Descending => (
                both.ordered("n", direction),
                "INDEX things: kind, place.city, n (<expr>=? AND <expr>=? AND <expr>>? AND <expr><?)",
            ),
        };
        let plan = plan_of(&query.after(Some(position.clone())));
        assert!(plan.contains(expected), "{plan}");
    }
}
