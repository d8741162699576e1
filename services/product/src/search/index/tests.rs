use proptest::prelude::*;
use uuid::Uuid;

use super::{Entry, Field, Filters, Index, Order, Question};

const NAMES: &str = include_str!("names.tsv");

fn entry(number: u128, title: &str) -> Entry {
    Entry {
        id: Uuid::from_u128(number),
        texts: vec![(Field::Title, title.to_owned())],
        artisan: Uuid::from_u128(1),
        category: "textiles".to_owned(),
        subcategory: "saree".to_owned(),
        region: Some("bihar".to_owned()),
        materials: vec!["cotton".to_owned()],
        currency: "INR".to_owned(),
        price: 100_000,
        created: i64::try_from(number).unwrap(),
    }
}

fn titled(titles: &[&str]) -> Index {
    let mut index = Index::default();
    for (number, title) in (1..).zip(titles) {
        index.put(&entry(number, title));
    }
    index
}

fn find(index: &Index, text: &str) -> Vec<u128> {
    let question = Question {
        text: text.to_owned(),
        limit: 10,
        ..Question::default()
    };
    index
        .search(&question)
        .hits
        .iter()
        .map(|hit| hit.id.as_u128())
        .collect()
}

/// Every spelling of a name, in any script, finds every listing of it: 66 names in five scripts.
#[test]
fn spellings_of_a_name_find_each_other_in_five_scripts() {
    let mut index = Index::default();
    let names: Vec<Vec<&str>> = NAMES
        .lines()
        .map(|line| line.split(['\t', '|']).collect())
        .collect();
    assert!(names.len() >= 60);
    let mut number = 0;
    let mut listings: Vec<Vec<u128>> = Vec::new();
    for spellings in &names {
        let ids = spellings.iter().map(|spelling| {
            number += 1;
            index.put(&entry(number, spelling));
            number
        });
        listings.push(ids.collect());
    }
    let (mut found, mut wanted, mut missed) = (0, 0, Vec::new());
    for (spellings, listings) in names.iter().zip(&listings) {
        for spelling in spellings {
            let hits = find(&index, spelling);
            let met = listings.iter().filter(|id| hits.contains(id)).count();
            if met < listings.len() {
                missed.push((*spelling, met, listings.len()));
            }
            found += met;
            wanted += listings.len();
        }
    }
    let recall = f64::from(u32::try_from(found).unwrap()) / f64::from(u32::try_from(wanted).unwrap());
    assert!(recall >= 0.9, "recall@10 is {recall:.3}; {missed:?}");
}

#[test]
fn plurals_beginnings_and_typing_errors_are_found() {
    let index = titled(&[
        "Terracotta bowl",
        "Wooden elephants",
        "Brass lamp",
        "Embroidered cushion cover",
    ]);
    assert_eq!(find(&index, "bowls"), [1]);
    assert_eq!(find(&index, "elephant"), [2]);
    assert_eq!(find(&index, "embroi"), [4]);
    assert_eq!(find(&index, "elepant"), [2], "one error");
    assert_eq!(find(&index, "embriodered cushoin"), [4], "swapped neighbours");
    assert_eq!(find(&index, "embroydred"), [4], "two errors from eight letters");
    assert_eq!(find(&index, "lap"), [0_u128; 0], "no errors in three letters");
}

#[test]
fn the_word_itself_comes_before_what_only_resembles_it() {
    let index = titled(&["Banarsi silk", "Benaras silk", "Banarasi silk", "बनारसी रेशम"]);
    assert_eq!(find(&index, "banarasi")[0], 3);
    assert_eq!(find(&index, "बनारसी")[0], 4);
}

#[test]
fn every_word_of_a_short_question_is_wanted_first() {
    let index = titled(&["Blue bowl", "Blue pottery bowl", "Pottery wheel", "Red vase"]);
    assert_eq!(find(&index, "blue pottery bowl")[0], 2);
    assert!(!find(&index, "blue pottery bowl").contains(&4));
}

#[test]
fn what_was_edited_or_removed_is_found_as_it_is_now() {
    let mut index = titled(&["Blue bowl"]);
    index.put(&entry(1, "Red vase"));
    assert_eq!(find(&index, "bowl"), [0_u128; 0]);
    assert_eq!(find(&index, "vase"), [1]);
    index.remove(Uuid::from_u128(1));
    assert_eq!(find(&index, "vase"), [0_u128; 0]);
    assert!(index.is_empty() && index.suggest("va", 5).is_empty());
}

#[test]
fn facets_count_all_pages_and_filters_narrow_them() {
    let mut index = Index::default();
    for number in 1..=30 {
        let mut bowl = entry(number, "bowl");
        bowl.category = if number % 3 == 0 { "metal" } else { "pottery" }.to_owned();
        bowl.price = i64::try_from(number).unwrap() * 10_000;
        index.put(&bowl);
    }
    let mut question = Question {
        text: "bowl".to_owned(),
        limit: 5,
        ..Question::default()
    };
    let found = index.search(&question);
    assert_eq!((found.total, found.hits.len()), (30, 5));
    let categories: Vec<(&str, usize)> = found
        .facets
        .categories
        .iter()
        .map(|bucket| (bucket.value.as_str(), bucket.count))
        .collect();
    assert_eq!(categories, [("pottery", 20), ("metal", 10)]);
    assert_eq!(
        found.facets.prices,
        [(0, 4), (50_000, 5), (100_000, 15), (250_000, 6)]
    );
    question.filters = Filters {
        category: Some("metal".to_owned()),
        price_max: Some(90_000),
        ..Filters::default()
    };
    assert_eq!(index.search(&question).total, 3);
    question.filters.category = Some("glass".to_owned());
    assert_eq!(index.search(&question).total, 0);
}

#[test]
fn completions_begin_as_typed_or_sound_so() {
    let index = titled(&["Madhubani painting", "Madhubani tray", "Marble lamp"]);
    assert_eq!(index.suggest("mad", 1), ["madhubani"]);
    assert!(
        index
            .suggest("madhubani p", 5)
            .contains(&"madhubani painting".to_owned())
    );
    assert!(index.suggest("मधु", 5).contains(&"madhubani".to_owned()));
    assert!(index.suggest("", 5).is_empty());
}

proptest! {
    #[test]
    fn pages_give_every_hit_once(titles in prop::collection::vec("(blue|red|bowl|vase|बनारसी){1,3}", 1..40), size in 1usize..7, order in 0usize..4) {
        let titles: Vec<String> = titles.iter().map(|title| format!("bowl {title}")).collect();
        let index = titled(&titles.iter().map(String::as_str).collect::<Vec<_>>());
        let order = [Order::Relevance, Order::Newest, Order::PriceAscending, Order::PriceDescending][order];
        let mut question = Question { text: "bowl".to_owned(), order, limit: size, ..Question::default() };
        let mut seen = Vec::new();
        loop {
            let page = index.search(&question).hits;
            let Some(last) = page.last() else { break };
            question.after = Some(last.place);
            seen.extend(page.iter().map(|hit| hit.id));
        }
        let all = seen.len();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!((all, seen.len()), (titles.len(), titles.len()));
    }

    #[test]
    fn no_question_breaks_it(text in "\\PC{0,80}") {
        let index = titled(&["Madhubani painting", "बनारसी साड़ी"]);
        find(&index, &text);
        index.suggest(&text, 5);
    }
}
