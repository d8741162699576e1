//! The checked-in API documents: `proto/openapi/<service>.json`.

use std::{collections::BTreeMap, io, path::PathBuf};

use serde_json::Value;
use url::Url;

use crate::{Fleet, repository, soon, written};

/// Where they are.
pub fn folder() -> PathBuf {
    repository::root().join("proto/openapi")
}

/// What each service of a fleet says of itself, by file name.
pub async fn told() -> BTreeMap<String, String> {
    let fleet = Fleet::start().await;
    all_are_merged(&fleet).await;
    let mut documents = BTreeMap::new();
    for service in fleet::SERVICES {
        let url = fleet.url(service.peer).expect("a service of the fleet");
        documents.insert(format!("{}.json", service.name), document(&fleet, url).await);
    }
    fleet.stop().await;
    documents
}

async fn document(fleet: &Fleet, service: &Url) -> String {
    let document: Value = fleet
        .anyone()
        .going_to(service)
        .get("/openapi.json")
        .await
        .expect_ok();
    let text = serde_json::to_string_pretty(&document).expect("a document is JSON");
    format!("{text}\n")
}

/// The gateway asks the others for theirs while it serves; each becomes a tag of its own document.
async fn all_are_merged(fleet: &Fleet) {
    let visitor = fleet.anyone().without_version();
    soon("the document of each service in the gateway's", async || {
        let document: Value = visitor.get("/openapi.json").await.expect_ok();
        let tags = document["tags"].as_array().map_or(0, Vec::len);
        (tags + 1 == fleet::SERVICES.len()).then_some(())
    })
    .await;
}

/// What is checked in, by file name.
pub fn checked_in() -> io::Result<BTreeMap<String, String>> {
    written::read(&folder())
}

/// Checks in what the services say, and nothing else.
pub fn check_in(documents: &BTreeMap<String, String>) -> io::Result<()> {
    written::write(&folder(), documents)
}
