use backends::documents::{Batch, Collection, Document, Index, Precondition, Query, Store};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::Floor;

const NAME: &str = "floors";
const TABLE: &str = "floor_tables";
/// The document that says which table is the newest.
const NEWEST: &str = "newest";

/// One document a row; rows of older tables stay.
pub(super) const FLOORS: Collection = Collection {
    name: NAME,
    indexes: &[Index::on(&[]).containing("names")],
    followed: false,
};

/// One document a table that was loaded, under its version.
pub(super) const TABLES: Collection = Collection::keyed(TABLE);

/// Wage floors in the store.
pub(crate) struct Floors {
    store: Store,
}

/// A table as it was loaded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Table {
    pub(crate) version: u64,
    pub(crate) rows: usize,
    /// SHA-256 of the file, in hex.
    pub(crate) digest: String,
    pub(crate) loaded_at: DateTime<Utc>,
}

/// The newest table, and what must still be so when another is loaded.
pub(crate) struct Newest {
    pub(crate) table: Option<Table>,
    unchanged: Precondition,
}

impl Newest {
    /// The version of the next.
    pub(crate) fn next(&self) -> u64 {
        self.table.as_ref().map_or(0, |table| table.version) + 1
    }
}

impl Floors {
    pub(crate) fn new(store: Store) -> Self {
        Self { store }
    }

    /// All floors of a state, by one of its names, folded.
    pub(crate) async fn of_state(&self, name: &str) -> backends::Result<Vec<Floor>> {
        let rows = self
            .store
            .query(&Query::all(NAME).contains("names", name))
            .await?;
        rows.iter().map(Document::read).collect()
    }

    /// The table that was loaded last.
    pub(crate) async fn newest(&self) -> backends::Result<Newest> {
        let document = self.store.get(TABLE, NEWEST).await?;
        Ok(match document {
            None => Newest {
                table: None,
                unchanged: Precondition::Absent,
            },
            Some(document) => Newest {
                table: Some(document.read()?),
                unchanged: Precondition::Version(document.version),
            },
        })
    }

    /// Adds a table to `batch`, if none was loaded meanwhile.
    pub(crate) fn load(
        batch: &mut Batch,
        newest: &Newest,
        table: &Table,
        floors: &[Floor],
    ) -> backends::Result<()> {
        let version = table.version;
        batch.write(TABLE, NEWEST, newest.unchanged.clone(), table)?;
        batch.create(TABLE, version.to_string(), table)?;
        for (index, floor) in floors.iter().enumerate() {
            batch.create(NAME, format!("{version}.{index}"), floor)?;
        }
        Ok(())
    }
}
