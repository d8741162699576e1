//! What the catalogue names, ml has words for.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;

#[test]
fn every_category_craft_and_region_of_the_catalogue_has_words() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let catalogue = fs::read_to_string(root.join("services/product/data/catalogue.json")).unwrap();
    let catalogue: Value = serde_json::from_str(&catalogue).unwrap();
    for (list, table) in [
        ("categories", "categories"),
        ("crafts", "crafts"),
        ("regions", "states"),
    ] {
        let table = root.join(format!("services/ml/src/words/lexicon/{table}.psv"));
        let table = fs::read_to_string(table).unwrap();
        let worded: BTreeSet<&str> = table.lines().filter_map(|line| line.split(" |").next()).collect();
        for entry in catalogue[list].as_array().unwrap() {
            let slug = entry["slug"].as_str().unwrap();
            assert!(worded.contains(slug), "{slug} of {list} has no words");
        }
    }
}
