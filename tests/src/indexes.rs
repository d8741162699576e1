//! What each service's Firestore database must index: `infrastructure/firestore/<service>.json`.

use std::{collections::BTreeMap, path::PathBuf};

use backends::{documents::firestore, events::pubsub};

use crate::repository;

/// Where they are.
pub fn folder() -> PathBuf {
    repository::root().join("infrastructure/firestore")
}

/// What the services declare, and what their deliveries from Pub/Sub need beside it, by file name.
pub fn declared() -> BTreeMap<String, String> {
    let file = |service: &service_kit::Service| {
        let indexes = firestore::indexes(&service.schema().and(pubsub::COLLECTIONS));
        let text = serde_json::to_string_pretty(&indexes).expect("indexes are JSON");
        (format!("{}.json", service.name), format!("{text}\n"))
    };
    fleet::SERVICES.iter().map(file).collect()
}
