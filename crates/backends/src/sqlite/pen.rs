use std::{path::PathBuf, thread};

use rusqlite::{Connection, ErrorCode, ffi};

use super::{
    Options, failure, last,
    open::connect,
    writer::{Job, Turn},
};
use crate::{Error, Result, files::is_full_beside};

/// What writes, and mends itself after a failure.
pub(super) struct Pen {
    path: PathBuf,
    /// `None` after a failure from which only a new connection recovers.
    db: Option<Connection>,
    options: Options,
}

impl Pen {
    pub(super) fn new(path: PathBuf, db: Connection, options: Options) -> Self {
        Self {
            path,
            db: Some(db),
            options,
        }
    }

    /// Runs the group in one transaction; an error means that nothing of it was applied, unless it says so.
    pub(super) fn fold(&mut self, group: &mut [Box<dyn Job>]) -> Result<i64> {
        let db = match self.db.take() {
            Some(db) => db,
            None => connect(&self.path)?,
        };
        let mut outcome = transact(&db, group, self.options);
        if let Err(Failed::AtCommit { number, error }) = outcome {
            outcome = settle(&db, number, error);
        }
        // A connection that cannot roll back is closed, and SQLite rolls back for it.
        if db.is_autocommit() || db.execute_batch("ROLLBACK").is_ok() {
            self.db = Some(db);
        }
        outcome.map_err(|failed| match failed.into_error() {
            // A sync that finds no room is an I/O error to SQLite.
            Error::Unavailable(text) if is_full_beside(&self.path) => Error::Full(text),
            error => error,
        })
    }
}

enum Failed {
    /// Nothing was applied.
    Before(Error),
    /// COMMIT failed: whether it was applied must be found out.
    AtCommit { number: i64, error: Error },
}

impl Failed {
    fn into_error(self) -> Error {
        match self {
            Self::Before(error) => error,
            Self::AtCommit { error, .. } => Error::UnknownOutcome(error.to_string()),
        }
    }
}

fn transact(
    db: &Connection,
    group: &mut [Box<dyn Job>],
    options: Options,
) -> std::result::Result<i64, Failed> {
    let number = gather(db, group).map_err(Failed::Before)?;
    if !options.slow_sync.is_zero() {
        thread::sleep(options.slow_sync);
    }
    let committed = db
        .prepare_cached("COMMIT")
        .and_then(|mut statement| statement.execute([]));
    match committed {
        Ok(_) => Ok(number),
        Err(error) if is_unwritten(&error) => Err(Failed::Before(failure(error))),
        Err(error) => Err(Failed::AtCommit {
            number,
            error: failure(error),
        }),
    }
}

/// Whether the frame that commits, the last to be written, is surely not in the log.
fn is_unwritten(error: &rusqlite::Error) -> bool {
    let full = error.sqlite_error_code() == Some(ErrorCode::DiskFull);
    let extended = error.sqlite_error().map(|error| error.extended_code);
    full || extended == Some(ffi::SQLITE_IOERR_WRITE)
}

/// Begins a transaction and runs the group in it.
fn gather(db: &Connection, group: &mut [Box<dyn Job>]) -> Result<i64> {
    execute(db, "BEGIN IMMEDIATE")?;
    let (before, changes) = (last(db)?, db.total_changes());
    let mut turn = Turn::new(db, before);
    if !run_together(&turn, group)? {
        execute(db, "ROLLBACK")?;
        execute(db, "BEGIN IMMEDIATE")?;
        turn = Turn::new(db, before);
        run_apart(&turn, group)?;
    }
    if db.total_changes() == changes {
        return Ok(before);
    }
    // At least one number a transaction: it tells this one from all others.
    let number = turn.number();
    advance(db, number)?;
    Ok(number)
}

/// False if one failed after it had changed something: all must be undone then. What fails has nearly always changed nothing
/// yet, and savepoints copy every page that is changed.
fn run_together(turn: &Turn<'_>, group: &mut [Box<dyn Job>]) -> Result<bool> {
    for job in group {
        let changes = turn.db.total_changes();
        if let Err(error) = job.run(turn) {
            still_open(turn.db, error)?;
            if turn.db.total_changes() != changes {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Each in its own savepoint.
fn run_apart(turn: &Turn<'_>, group: &mut [Box<dyn Job>]) -> Result<()> {
    for job in group {
        execute(turn.db, "SAVEPOINT turn")?;
        if let Err(error) = job.run(turn) {
            still_open(turn.db, error)?;
            execute(turn.db, "ROLLBACK TO turn")?;
        }
        execute(turn.db, "RELEASE turn")?;
    }
    Ok(())
}

/// The error, if it made SQLite roll back everything.
fn still_open(db: &Connection, error: Error) -> Result<()> {
    if db.is_autocommit() { Err(error) } else { Ok(()) }
}

/// Finds out whether a failed COMMIT was applied; no other process writes meanwhile.
fn settle(db: &Connection, number: i64, error: Error) -> std::result::Result<i64, Failed> {
    let applied = || -> Result<bool> {
        if !db.is_autocommit() {
            execute(db, "ROLLBACK")?;
        }
        execute(db, "BEGIN IMMEDIATE")?;
        if last(db)? == number {
            return Ok(true);
        }
        // Written over what the failed COMMIT may have left in the log, so that no restart finds it.
        // It must be a change: SQLite writes nothing for a value that stays the same.
        advance(db, number + 1)?;
        execute(db, "COMMIT")?;
        Ok(false)
    };
    match applied() {
        Ok(true) => Ok(number),
        Ok(false) => Err(Failed::Before(error)),
        Err(_) => Err(Failed::AtCommit { number, error }),
    }
}

/// All later numbers are above this one.
fn advance(db: &Connection, number: i64) -> Result<()> {
    db.prepare_cached("UPDATE sequence SET last = ?1")
        .and_then(|mut statement| statement.execute([number]))
        .map(drop)
        .map_err(failure)
}

fn execute(db: &Connection, sql: &str) -> Result<()> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(failure)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{super::open, *};
    use crate::sqlite::Layout;

    const EMPTY: Layout<'static> = Layout {
        migrations: &[],
        declarations: &[],
    };

    fn opened(path: &Path) -> Connection {
        open::open(path, &EMPTY).unwrap().1
    }

    #[test]
    fn a_failed_commit_that_was_applied_is_told_as_applied() {
        let folder = tempfile::tempdir().unwrap();
        let db = opened(&folder.path().join("file.sqlite"));
        advance(&db, 7).unwrap();
        let settled = settle(&db, 7, Error::Unavailable("no answer".to_owned()));
        assert!(matches!(settled, Ok(7)));
        assert_eq!(last(&db).unwrap(), 7);
    }

    #[test]
    fn a_failed_commit_that_was_not_applied_never_will_be() {
        let folder = tempfile::tempdir().unwrap();
        let db = opened(&folder.path().join("file.sqlite"));
        advance(&db, 6).unwrap();
        let settled = settle(&db, 7, Error::Unavailable("no answer".to_owned()));
        assert!(matches!(settled, Err(Failed::Before(Error::Unavailable(_)))));
        assert_eq!(
            last(&db).unwrap(),
            8,
            "written over, and its number is not given out again"
        );
    }
}
