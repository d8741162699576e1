use std::{collections::HashMap, time::Duration};

use backends::documents::{Batch, Changes, Collection, Cursor, Precondition, Store};
use shared_models::ids::ProductId;

use super::Enrichment;

const NAME: &str = "enrichments";

/// One document a listing, under its id; followed by the search and by those who wait.
pub(crate) const ENRICHMENTS: Collection = Collection {
    name: NAME,
    indexes: &[],
    followed: true,
};

/// Enrichments in the store.
pub(crate) struct Enrichments {
    store: Store,
}

/// An enrichment, and what must still be so when it is changed.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    pub(crate) enrichment: Enrichment,
    unchanged: Precondition,
}

impl Enrichments {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// What is known of a listing; empty when that is nothing.
    pub(crate) async fn find(&self, id: ProductId) -> backends::Result<Found> {
        let document = self.store.get(NAME, &id.to_string()).await?;
        let (enrichment, unchanged) = match document {
            None => (Enrichment::default(), Precondition::Absent),
            Some(document) => (document.read()?, Precondition::Version(document.version)),
        };
        Ok(Found {
            enrichment,
            unchanged,
        })
    }

    /// What is known of some listings.
    pub(crate) async fn of(&self, ids: &[ProductId]) -> backends::Result<HashMap<ProductId, Enrichment>> {
        if ids.is_empty() {
            return Ok(HashMap::new());
        }
        let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        let documents = self.store.get_many(NAME, &ids).await?;
        let known = documents.iter().filter_map(|document| {
            let id: ProductId = document.id.parse().ok()?;
            Some(document.read().map(|enrichment| (id, enrichment)))
        });
        known.collect()
    }

    /// Writes of enrichments after a place.
    pub(crate) async fn changes(&self, after: Option<&Cursor>, wait: Duration) -> backends::Result<Changes> {
        self.store.changes(NAME, after, wait).await
    }

    /// Adds what is known now to `batch`, if nobody else wrote meanwhile.
    pub(crate) fn write(
        batch: &mut Batch,
        id: ProductId,
        found: &Found,
        enrichment: &Enrichment,
    ) -> backends::Result<()> {
        let when = found.unchanged.clone();
        batch.write(NAME, id.to_string(), when, enrichment).map(drop)
    }

    /// Adds an erasure to `batch`.
    pub(crate) fn erase(batch: &mut Batch, id: ProductId) {
        batch.delete(NAME, id.to_string(), Precondition::None);
    }
}
