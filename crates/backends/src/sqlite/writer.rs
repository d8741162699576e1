use std::{cell::Cell, path::PathBuf, thread};

use rusqlite::{Connection, ErrorCode, ffi};
use tokio::sync::{mpsc, oneshot};

use super::{Options, failure, last, newest::Newest, open::connect, turnstile::Turnstile};
use crate::{Error, Result, files::is_full_beside};

/// The most commits that share one synced transaction.
const GROUP: usize = 256;
/// Commits that may wait; more wait for a place.
const QUEUE: usize = 4 * GROUP;

/// The one thread of this process that writes to a file.
pub(super) struct Writer {
    queue: mpsc::Sender<Box<dyn Job>>,
}

/// A transaction in which several commits take their turns.
pub(crate) struct Turn<'a> {
    pub(crate) db: &'a Connection,
    last: Cell<i64>,
}

impl Turn<'_> {
    /// The next number: above all that were ever committed.
    pub(crate) fn number(&self) -> i64 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }
}

/// Someone's work and whom to answer.
trait Job: Send {
    fn run(&mut self, turn: &Turn<'_>) -> Result<()>;
    /// Answers with the result of the work, or with why nothing of the group was applied.
    fn answer(self: Box<Self>, failed: Option<Error>);
}

struct Task<W, T> {
    work: Option<W>,
    result: Result<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, W: FnOnce(&Turn<'_>) -> Result<T> + Send> Job for Task<W, T> {
    fn run(&mut self, turn: &Turn<'_>) -> Result<()> {
        if let Some(work) = self.work.take() {
            self.result = work(turn);
        }
        self.result.as_ref().map(drop).map_err(Clone::clone)
    }

    fn answer(self: Box<Self>, failed: Option<Error>) {
        // Who went away does not want the answer.
        let _ = self.answer.send(match (self.result, failed) {
            (Ok(_), Some(error)) => Err(error),
            (result, _) => result,
        });
    }
}

impl Writer {
    pub(super) fn start(
        path: PathBuf,
        db: Connection,
        turnstile: Turnstile,
        newest: Newest,
        options: Options,
    ) -> Result<Self> {
        let (queue, waiting) = mpsc::channel(QUEUE);
        let pen = Pen {
            path,
            db: Some(db),
            options,
        };
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(waiting, pen, &turnstile, &newest))
            .map_err(|error| Error::Unavailable(format!("cannot start a thread: {error}")))?;
        Ok(Self { queue })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Turn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let task = Task {
            work: Some(work),
            result: Err(Error::Unavailable("the transaction ended early".to_owned())),
            answer,
        };
        self.queue.send(Box::new(task)).await.map_err(|_| stopped())?;
        answered
            .await
            .map_err(|_| Error::UnknownOutcome("the writer stopped".to_owned()))?
    }

    pub(super) fn ping(&self) -> Result<()> {
        if self.queue.is_closed() {
            return Err(stopped());
        }
        Ok(())
    }
}

fn stopped() -> Error {
    Error::Unavailable("the writer stopped".to_owned())
}

fn serve(mut waiting: mpsc::Receiver<Box<dyn Job>>, mut pen: Pen, turnstile: &Turnstile, newest: &Newest) {
    let mut group = Vec::with_capacity(GROUP);
    while waiting.blocking_recv_many(&mut group, GROUP) > 0 {
        let failed = match turnstile.pass(|| pen.fold(&mut group)) {
            Ok(Ok(number)) => {
                newest.tell(number);
                None
            }
            Ok(Err(error)) | Err(error) => Some(error),
        };
        for job in group.drain(..) {
            job.answer(failed.clone());
        }
    }
}

/// What writes, and mends itself after a failure.
struct Pen {
    path: PathBuf,
    /// `None` after a failure from which only a new connection recovers.
    db: Option<Connection>,
    options: Options,
}

impl Pen {
    /// Runs the group in one transaction; an error means that nothing of it was applied, unless it says so.
    fn fold(&mut self, group: &mut [Box<dyn Job>]) -> Result<i64> {
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

/// Begins a transaction and runs the group in it, each in its own savepoint.
fn gather(db: &Connection, group: &mut [Box<dyn Job>]) -> Result<i64> {
    execute(db, "BEGIN IMMEDIATE")?;
    let (before, changes) = (last(db)?, db.total_changes());
    let turn = Turn {
        db,
        last: Cell::new(before),
    };
    for job in group {
        execute(db, "SAVEPOINT turn")?;
        if let Err(error) = job.run(&turn) {
            // Some failures make SQLite roll back everything.
            if db.is_autocommit() {
                return Err(error);
            }
            execute(db, "ROLLBACK TO turn")?;
        }
        execute(db, "RELEASE turn")?;
    }
    if db.total_changes() == changes {
        return Ok(before);
    }
    // At least one number a transaction: it tells this one from all others.
    let number = turn.number();
    advance(db, number)?;
    Ok(number)
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
