use std::{path::Path, time::Duration};

use rusqlite::{Connection, TransactionBehavior};

use super::{failure, turnstile::Turnstile};
use crate::{
    Error, Result,
    files::{is_full_beside, private_file, private_folder},
};

/// Pages in the write-ahead log before it is moved into the file: 16 MiB, read in a blink at the next start.
const CHECKPOINT_PAGES: u32 = 4000;
/// What a log that grew behind a long read is cut back to, in bytes.
const LOG_BYTES: u32 = 64 << 20;
/// Turns make waiting for SQLite's own lock rare: checkpoints of other processes, foreign tools.
const BUSY: Duration = Duration::from_secs(5);
/// Statements kept compiled by each connection.
const STATEMENTS: usize = 128;

/// What is in a file.
pub(crate) struct Layout<'a> {
    /// The steps from an empty file to the newest layout; the file carries how many were taken.
    pub(crate) migrations: &'a [&'a str],
    /// What is declared anew at each start, such as indexes; must be harmless when done again.
    pub(crate) declarations: &'a [String],
}

/// A numbered layout: every commit takes its numbers from one sequence.
const SEQUENCE: &str = "CREATE TABLE sequence (last INTEGER NOT NULL) STRICT;
     INSERT INTO sequence VALUES (0);";

pub(super) fn open(path: &Path, layout: &Layout<'_>) -> Result<(Turnstile, Connection)> {
    if let Some(folder) = path.parent() {
        private_folder(folder)?;
    }
    let turnstile = Turnstile::open(path)?;
    let db = turnstile.pass(|| {
        private_file(path)?;
        let mut db = connect(path)?;
        prepare(&mut db, layout)?;
        Ok(db)
    })?;
    Ok((turnstile, db.map_err(|error| naming(path, error))?))
}

/// The error with the file that it is about.
fn naming(path: &Path, error: Error) -> Error {
    let named = |text: String| format!("{}: {text}", path.display());
    match error {
        Error::Unavailable(text) if is_full_beside(path) => Error::Full(named(text)),
        Error::Unavailable(text) => Error::Unavailable(named(text)),
        Error::Full(text) => Error::Full(named(text)),
        Error::Other(text) => Error::Other(named(text)),
        error => error,
    }
}

/// A connection to a file that exists.
pub(super) fn connect(path: &Path) -> Result<Connection> {
    let configure = || {
        let db = Connection::open(path)?;
        db.busy_timeout(BUSY)?;
        db.set_prepared_statement_cache_capacity(STATEMENTS);
        db.execute_batch(&format!(
            "PRAGMA journal_mode = WAL;
             PRAGMA synchronous = FULL;
             PRAGMA foreign_keys = ON;
             PRAGMA trusted_schema = OFF;
             PRAGMA temp_store = MEMORY;
             PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES};
             PRAGMA journal_size_limit = {LOG_BYTES};"
        ))?;
        Ok(db)
    };
    configure().map_err(failure)
}

fn prepare(db: &mut Connection, layout: &Layout<'_>) -> Result<()> {
    let version: u32 = db
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(failure)?;
    let steps = u32::try_from(layout.migrations.len()).unwrap_or(u32::MAX) + 1;
    if version > steps {
        return Err(Error::Other(format!(
            "has layout {version} and this program knows {steps}: run the newer program"
        )));
    }
    let mut migrate = || {
        let transaction = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let all = std::iter::once(&SEQUENCE).chain(layout.migrations);
        for step in all.skip(version as usize) {
            transaction.execute_batch(step)?;
        }
        for declaration in layout.declarations {
            transaction.execute_batch(declaration)?;
        }
        transaction.pragma_update(None, "user_version", steps)?;
        transaction.commit()
    };
    migrate().map_err(failure)
}
