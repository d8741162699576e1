//! The API documents that are checked in are those of the code.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use tests::contract;

#[tokio::test]
async fn the_checked_in_api_documents_are_those_of_the_code() {
    let (told, checked_in) = (contract::told().await, contract::checked_in().unwrap());
    let remedy = "run `cargo run -p tests --bin openapi` and look at the difference";
    let names = |documents: &BTreeMap<String, String>| documents.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&told), names(&checked_in), "{remedy}");
    for (name, document) in &told {
        let same = checked_in[name] == *document;
        assert!(same, "proto/openapi/{name} is not what the code says: {remedy}");
    }
}

#[test]
fn the_gateways_document_has_all_that_the_services_offer_and_nothing_internal() {
    let mut documents = contract::checked_in().unwrap();
    let public = operations(&documents.remove("gateway.json").unwrap());
    for (name, document) in documents {
        for (method, path) in operations(&document) {
            let offered = public.contains(&(method.clone(), format!("/v1{path}")));
            let internal = path.starts_with("/internal") || is_internal(&document, &method, &path);
            assert_eq!(offered, !internal, "{name}: {method} {path}");
        }
    }
}

/// For services only, although its path looks public.
fn is_internal(document: &str, method: &str, path: &str) -> bool {
    let document: Value = serde_json::from_str(document).unwrap();
    document["paths"][path][method]["tags"][0] == "internal"
}

fn operations(document: &str) -> BTreeSet<(String, String)> {
    let document: Value = serde_json::from_str(document).unwrap();
    let paths = document["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().keys();
        methods.map(move |method| (method.clone(), path.clone()))
    });
    operations.collect()
}
