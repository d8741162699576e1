use std::{
    num::NonZero,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use crossbeam_channel::{Receiver, Sender};
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{failure, open::connect};
use crate::{Error, Result};

/// Reads at once; more wait. A read is short and mostly computes: more of them than cores would wait for each other, and
/// each has a connection with the whole schema (0.3 MB of a service like product).
fn at_once() -> usize {
    thread::available_parallelism()
        .map_or(FEWEST, NonZero::get)
        .clamp(FEWEST, MOST)
}

/// One that waits for the disk does not hold up all.
const FEWEST: usize = 2;
const MOST: usize = 8;

/// Threads that read beside the writer, each through a connection of its own.
///
/// Not the runtime's: under load a queue hands the next read to a thread that is awake, and nobody is woken or started.
/// One is there from the start, and the others from when they are first needed.
pub(super) struct Readers {
    path: PathBuf,
    queue: Sender<Work>,
    waiting: Receiver<Work>,
    /// Reads that are not over yet.
    reads: Arc<AtomicUsize>,
    threads: Mutex<usize>,
}

type Work = Box<dyn FnOnce(&mut Reader) + Send>;

/// What one thread reads with.
struct Reader {
    path: PathBuf,
    /// Opened when it is first needed, and again after it could not end a transaction.
    db: Option<Connection>,
}

impl Readers {
    pub(super) fn start(path: &Path) -> Result<Self> {
        let (queue, waiting) = crossbeam_channel::unbounded();
        let readers = Self {
            path: path.to_owned(),
            queue,
            waiting,
            reads: Arc::default(),
            threads: Mutex::default(),
        };
        readers.enough_for(1)?;
        Ok(readers)
    }

    /// Has a thread for each of so many reads, if there may be so many.
    fn enough_for(&self, reads: usize) -> Result<()> {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        if *threads < reads.min(at_once()) {
            let (waiting, reads, path) = (self.waiting.clone(), self.reads.clone(), self.path.clone());
            thread::Builder::new()
                .name("sqlite-reader".to_owned())
                .spawn(move || serve(&waiting, &reads, path))
                .map_err(|error| Error::Unavailable(format!("cannot start a thread: {error}")))?;
            *threads += 1;
        }
        Ok(())
    }

    /// Runs `work` in a read transaction: all that it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let work = move |reader: &mut Reader| {
            if !answer.is_closed() {
                // Who went away meanwhile does not want the answer.
                let _ = answer.send(reader.read(work));
            }
        };
        let reads = self.reads.fetch_add(1, Ordering::Relaxed) + 1;
        self.queue.send(Box::new(work)).map_err(|_| stopped())?;
        if let Err(error) = self.enough_for(reads) {
            tracing::warn!(%error, "those that are there read on");
        }
        answered.await.map_err(|_| stopped())?
    }
}

fn stopped() -> Error {
    Error::Unavailable("the reader stopped".to_owned())
}

fn serve(waiting: &Receiver<Work>, reads: &AtomicUsize, path: PathBuf) {
    let mut reader = Reader { path, db: None };
    for work in waiting {
        let outcome = catch_unwind(AssertUnwindSafe(|| work(&mut reader)));
        if outcome.is_err() {
            reader.db = None;
        }
        reads.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Reader {
    fn read<T>(&mut self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let db = match self.db.take() {
            Some(db) => db,
            None => connect(&self.path)?,
        };
        execute(&db, "BEGIN")?;
        let result = work(&db);
        // A connection that cannot end its transaction is not used again.
        if execute(&db, "COMMIT").is_ok() {
            self.db = Some(db);
        }
        result
    }
}

fn execute(db: &Connection, sql: &str) -> Result<()> {
    db.prepare_cached(sql)
        .and_then(|mut statement| statement.execute([]))
        .map(drop)
        .map_err(failure)
}
