//! What needs a token is said in two places: in the API documents and in the gateway's table.

use std::collections::BTreeMap;

use http::Method;
use serde_json::Value;
use service_client::Service;
use tests::{Fleet, contract};

/// An id of nothing.
const NOBODYS: &str = "0190f3e2-7b1c-7c3a-9f00-000000000000";

#[tokio::test]
async fn the_gateway_asks_for_a_token_exactly_where_the_documents_do() {
    let fleet = Fleet::start().await;
    let gateway = fleet.url(Service::Gateway).unwrap().clone();
    let client = reqwest::Client::builder().no_proxy().no_gzip().build().unwrap();
    let mut wrong = BTreeMap::new();
    for (method, path, needs_token) in operations() {
        let url = gateway.join(&format!("/v1{path}")).unwrap();
        let answer = client.request(method.clone(), url).send().await.unwrap();
        let status = answer.status().as_u16();
        // Also not because a peer is missing: then nothing would be said about tokens.
        if (status == 401) != needs_token || status >= 500 {
            wrong.insert(format!("{method} {path}"), (needs_token, status));
        }
    }
    fleet.stop().await;
    assert!(
        wrong.is_empty(),
        "needs a token, and what nobody was told: {wrong:#?}"
    );
}

/// Every operation that the gateway hands on, and whether its document wants a token.
fn operations() -> Vec<(Method, String, bool)> {
    let documents = contract::checked_in().unwrap();
    let services = documents.iter().filter(|(name, _)| *name != "gateway.json");
    let mut operations = Vec::new();
    for (_, document) in services {
        let document: Value = serde_json::from_str(document).unwrap();
        for (path, item) in document["paths"].as_object().unwrap() {
            if path.starts_with("/internal") {
                continue;
            }
            for (method, operation) in item.as_object().unwrap() {
                // For services only: the gateway does not offer it.
                if operation["tags"][0] == "internal" {
                    continue;
                }
                let method = method.to_uppercase().parse().unwrap();
                operations.push((method, with_ids(path), needs_token(operation)));
            }
        }
    }
    assert!(operations.len() > 30, "{}", operations.len());
    operations
}

/// One empty requirement among several means that a token is welcome, but not needed.
fn needs_token(operation: &Value) -> bool {
    let requirements = operation["security"].as_array();
    requirements.is_some_and(|requirements| {
        let free = |requirement: &Value| requirement.as_object().unwrap().is_empty();
        !requirements.is_empty() && !requirements.iter().any(free)
    })
}

fn with_ids(path: &str) -> String {
    let filled = |segment: &str| {
        if segment.starts_with('{') {
            NOBODYS.to_owned()
        } else {
            segment.to_owned()
        }
    };
    path.split('/').map(filled).collect::<Vec<_>>().join("/")
}
