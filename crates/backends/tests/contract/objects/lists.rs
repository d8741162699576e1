use std::collections::BTreeSet;

use proptest::{collection, option, prelude::*, sample::select, test_runner::TestRunner};
use tokio::{runtime::Handle, task::block_in_place};

use super::{Fixture, names, put};

pub(crate) async fn names_come_in_byte_order(at: &Fixture) {
    let sorted = [
        "A", "a", "a b", "a!", "a-b", "a.txt", "a/b", "a/b-", "a0", "b/a", "é",
    ];
    for name in sorted.iter().rev().filter(|name| **name != "a") {
        put(&*at.one, name, b"").await;
    }
    let expected: Vec<&str> = sorted.into_iter().filter(|name| *name != "a").collect();
    assert_eq!(names(&*at.one, "", None, 100).await, expected);
}

pub(crate) async fn a_list_is_cut_by_prefix_place_and_length(at: &Fixture) {
    for name in ["a", "b/1", "b/2", "b/3/x", "bb", "c"] {
        put(&*at.one, name, b"").await;
    }
    let list =
        async |prefix: &str, after: Option<&str>, max: usize| names(&*at.one, prefix, after, max).await;
    assert_eq!(list("b/", None, 100).await, ["b/1", "b/2", "b/3/x"]);
    assert_eq!(list("b", None, 100).await, ["b/1", "b/2", "b/3/x", "bb"]);
    assert_eq!(list("b/3/", None, 100).await, ["b/3/x"]);
    assert_eq!(list("b/3/x", None, 100).await, ["b/3/x"]);
    assert_eq!(list("", Some("b/1"), 2).await, ["b/2", "b/3/x"]);
    assert_eq!(list("", Some("b/15"), 100).await, ["b/2", "b/3/x", "bb", "c"]);
    assert_eq!(list("b/", Some("a"), 1).await, ["b/1"]);
    assert!(list("b/", Some("c"), 100).await.is_empty());
    assert!(list("", None, 0).await.is_empty());
    for strange in [
        "/",
        "//",
        "..",
        "../",
        "b/../",
        ".kinds/",
        "b//",
        "\0",
        "a/",
        "x".repeat(2000).as_str(),
    ] {
        assert!(list(strange, None, 100).await.is_empty(), "{strange:?}");
    }
}

pub(crate) async fn a_list_tells_what_head_tells(at: &Fixture) {
    for name in ["a", "b/c"] {
        put(&*at.one, name, name.as_bytes()).await;
    }
    for listed in at.one.list("", None, 10).await.unwrap() {
        assert_eq!(at.one.head(&listed.name).await.unwrap(), listed);
    }
}

/// Names of few letters share folders and prefixes.
fn name() -> impl Strategy<Value = String> {
    collection::vec(select(vec!["a", "b", "a-", "a0", "ab"]), 1..4).prop_map(|segments| segments.join("/"))
}

fn is_folder_of(folder: &str, name: &str) -> bool {
    name.strip_prefix(folder)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// As many of them as can stand beside each other.
fn compatible(names: Vec<String>) -> BTreeSet<String> {
    let mut chosen: BTreeSet<String> = BTreeSet::new();
    for name in names {
        if !chosen
            .iter()
            .any(|other| is_folder_of(other, &name) || is_folder_of(&name, other))
        {
            chosen.insert(name);
        }
    }
    chosen
}

pub(crate) async fn lists_agree_with_a_sorted_set(at: &Fixture) {
    let asked = (
        collection::vec(name(), 0..12),
        "[ab/0-]{0,3}",
        option::of(name()),
        0_usize..15,
    );
    let bucket = at.one.clone();
    let check = |(all, prefix, after, max): (Vec<String>, String, Option<String>, usize)| {
        let all = compatible(all);
        let expected: Vec<String> = all
            .iter()
            .filter(|name| name.starts_with(&prefix) && after.as_ref().is_none_or(|after| *name > after))
            .take(max)
            .cloned()
            .collect();
        let listed = block_in_place(|| {
            Handle::current().block_on(async {
                for old in names(&*bucket, "", None, 1000).await {
                    bucket.delete(&old).await.unwrap();
                }
                for name in &all {
                    put(&*bucket, name, b"").await;
                }
                names(&*bucket, &prefix, after.as_deref(), max).await
            })
        });
        prop_assert_eq!(listed, expected);
        Ok(())
    };
    let mut runner = TestRunner::new(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 200,
        ..ProptestConfig::with_cases(50)
    });
    runner.run(&asked, check).unwrap();
}
