//! One SQLite file: a writer that folds waiting work into synced transactions, readers, and wake-ups.

mod failure;
mod newest;
mod open;
mod pen;
mod readers;
mod stamp;
#[cfg(test)]
mod tests;
mod turnstile;
mod writer;

use std::{path::Path, time::Duration};

pub(crate) use failure::failure;
use newest::Newest;
pub(crate) use open::Layout;
use readers::Readers;
use rusqlite::Connection;
use stamp::Stamps;
use tokio::time::Instant;
pub(crate) use writer::Turn;
use writer::Writer;

use crate::Result;

/// How the embedded backends' files are opened.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options {
    /// Added to every synced transaction, to develop and test against a slower disk.
    pub slow_sync: Duration,
}

/// An open file: one a process, shared by all who use it.
pub(crate) struct Database {
    writer: Writer,
    readers: Readers,
    newest: Newest,
    stamps: Stamps,
}

impl Database {
    /// Opens or makes a file, bringing it to the newest layout.
    pub(crate) fn open(path: &Path, layout: &Layout<'_>, options: Options) -> Result<Self> {
        let (turnstile, db) = open::open(path, layout)?;
        let newest = Newest::follow(open::connect(path)?)?;
        let writer = Writer::start(path.to_owned(), db, turnstile, newest.clone(), options)?;
        Ok(Self {
            writer,
            readers: Readers::start(path)?,
            newest,
            stamps: Stamps::new(path.to_owned()),
        })
    }

    /// Runs `work` in a synced transaction shared with others; an error undoes this work alone. When another's work fails
    /// halfway, this is undone, too, and runs once more.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Turn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.writer.write(work).await
    }

    /// Runs `work` on one snapshot of the file.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.readers.read(work).await
    }

    /// Waits until something newer than `seen` was committed, by any process; false at the deadline.
    pub(crate) async fn newer_than(&self, seen: i64, deadline: Instant) -> bool {
        self.newest.newer_than(seen, deadline).await
    }

    /// Differs after every commit, of any process; costs two microseconds. Nothing when it cannot be found out.
    pub(crate) fn version(&self) -> Option<i64> {
        self.stamps.now().ok()
    }

    /// Whether the file can be read and its writer lives.
    pub(crate) async fn ping(&self) -> Result<()> {
        self.writer.ping()?;
        self.read(|db| last(db).map(drop)).await
    }
}

/// The last number that a commit gave out: what a snapshot has seen.
pub(crate) fn last(db: &Connection) -> Result<i64> {
    db.prepare_cached("SELECT last FROM sequence")
        .and_then(|mut statement| statement.query_row([], |row| row.get(0)))
        .map_err(failure)
}
