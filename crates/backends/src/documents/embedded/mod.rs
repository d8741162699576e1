//! Documents in an SQLite file.

mod apply;
mod changes;
mod key;
mod layout;
mod select;
mod span;
mod tombstones;

use std::{path::Path, sync::Arc, time::Duration};

use async_trait::async_trait;
use rusqlite::{Connection, Row};
use tokio::time::Instant;

use super::{Batch, Changes, Cursor, Document, Documents, Query, Schema, Stamp, Version, rules};
use crate::{
    Error, Options, Result,
    sqlite::{Database, failure},
};

/// A service's documents in one file; several processes may open it.
pub struct SqliteDocuments {
    database: Database,
    schema: Schema,
    tombstones: Arc<tombstones::Sexton>,
}

impl SqliteDocuments {
    /// Opens or makes the file, with the indexes that the schema declares.
    pub fn open(path: &Path, schema: Schema) -> Result<Self> {
        Self::open_with(path, schema, Options::default())
    }

    /// The same with options.
    pub fn open_with(path: &Path, schema: Schema, options: Options) -> Result<Self> {
        let database = layout::open(path, &schema, options)?;
        Ok(Self {
            tombstones: Arc::new(tombstones::Sexton::of(&schema)),
            database,
            schema,
        })
    }
}

#[async_trait]
impl Documents for SqliteDocuments {
    async fn get_many(&self, collection: &str, ids: &[&str]) -> Result<Vec<Document>> {
        self.schema.collection(collection)?;
        if ids.len() > super::MAX_PAGE {
            return Err(Error::Invalid("at most 1000 documents at once".to_owned()));
        }
        let collection = collection.to_owned();
        let ids: Vec<String> = ids.iter().map(|&id| id.to_owned()).collect();
        self.database
            .read(move |db| select::by_ids(db, &collection, &ids))
            .await
    }

    async fn query(&self, query: &Query) -> Result<Vec<Document>> {
        self.schema.check(query)?;
        let statement = select::page(self.schema.collection(&query.collection)?, query)?;
        self.database.read(move |db| statement.documents(db)).await
    }

    async fn count(&self, query: &Query) -> Result<u64> {
        self.schema.check(query)?;
        let statement = select::count(self.schema.collection(&query.collection)?, query)?;
        self.database.read(move |db| statement.number(db)).await
    }

    async fn commit(&self, batch: Batch) -> Result<()> {
        let writes = rules::checked(&self.schema, batch)?;
        if writes.is_empty() {
            return Ok(());
        }
        let tombstones = self.tombstones.clone();
        self.database
            .write(move |turn| {
                let deleted = apply::all(turn, &writes)?;
                tombstones.tend(turn, deleted)
            })
            .await
    }

    async fn changes(&self, collection: &str, after: Option<&Cursor>, wait: Duration) -> Result<Changes> {
        let mut followed = changes::Followed::of(&self.schema, collection, after)?;
        let deadline = Instant::now() + wait;
        loop {
            let (found, next) = self.database.read(move |db| followed.page(db)).await?;
            let seen = next.seen();
            if !found.changes.is_empty()
                || Instant::now() >= deadline
                || !self.database.newer_than(seen, deadline).await
            {
                return Ok(found);
            }
            followed = next;
        }
    }

    fn stamp(&self) -> Option<Stamp> {
        self.database.version().map(Stamp)
    }

    async fn ping(&self) -> Result<()> {
        self.database.ping().await
    }
}

/// A row of `id, version, body`.
fn document(row: &Row<'_>) -> rusqlite::Result<(String, i64, String)> {
    Ok((row.get(0)?, row.get(1)?, row.get(2)?))
}

fn parsed((id, version, body): (String, i64, String)) -> Result<Document> {
    let body = serde_json::from_str(&body)
        .map_err(|error| Error::Other(format!("stored document {id} is not JSON: {error}")))?;
    Ok(Document {
        id,
        version: Version(version.to_string()),
        body,
    })
}

fn documents(db: &Connection, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<Document>> {
    let mut statement = db.prepare_cached(sql).map_err(failure)?;
    let rows = statement.query_map(parameters, document).map_err(failure)?;
    rows.map(|row| parsed(row.map_err(failure)?)).collect()
}

#[cfg(test)]
mod tests {
    use rusqlite::{Connection, params_from_iter};

    use super::*;

    /// How SQLite would run a statement.
    pub(super) fn plan(path: &Path, sql: &str, parameters: &[String]) -> String {
        let db = Connection::open(path).unwrap();
        let mut statement = db.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = statement
            .query_map(params_from_iter(parameters), |row| row.get::<_, String>(3))
            .unwrap();
        steps.collect::<rusqlite::Result<Vec<_>>>().unwrap().join("; ")
    }
}
