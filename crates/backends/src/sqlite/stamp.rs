use std::{
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

use rusqlite::Connection;

use super::{failure, open::connect};
use crate::Result;

/// Tells whether anything was committed, through a connection that never writes: what it is told changes with the
/// commits of all others.
pub(super) struct Stamps {
    path: PathBuf,
    /// Opened when it is first asked.
    db: Mutex<Option<Connection>>,
}

impl Stamps {
    pub(super) fn new(path: PathBuf) -> Self {
        let db = Mutex::default();
        Self { path, db }
    }

    pub(super) fn now(&self) -> Result<i64> {
        let mut db = self.db.lock().unwrap_or_else(PoisonError::into_inner);
        let db = match db.as_mut() {
            Some(open) => open,
            None => db.insert(connect(&self.path)?),
        };
        data_version(db)
    }
}

/// See <https://www.sqlite.org/pragma.html#pragma_data_version>.
pub(super) fn data_version(db: &Connection) -> Result<i64> {
    db.prepare_cached("PRAGMA data_version")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failure)
}
