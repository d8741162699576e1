//! What each service's Firestore database must index: `infrastructure/firestore/<service>.json`.

use std::{collections::BTreeMap, path::PathBuf};

use backends::documents::firestore;

use crate::repository;

/// Where they are.
pub fn folder() -> PathBuf {
    repository::root().join("infrastructure/firestore")
}

/// What the services declare, by file name.
pub fn declared() -> BTreeMap<String, String> {
    let file = |service: &service_kit::Service| {
        let indexes = firestore::indexes(&service.schema());
        let text = serde_json::to_string_pretty(&indexes).expect("indexes are JSON");
        (format!("{}.json", service.name), format!("{text}\n"))
    };
    fleet::SERVICES.iter().map(file).collect()
}
