use std::{cell::Cell, path::PathBuf, thread};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::{Options, newest::Newest, pen::Pen, turnstile::Turnstile};
use crate::{Error, Result};

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

impl<'a> Turn<'a> {
    /// A transaction on `db` whose numbers follow `last`.
    pub(super) fn new(db: &'a Connection, last: i64) -> Self {
        Self {
            db,
            last: Cell::new(last),
        }
    }

    /// The next number: above all that were ever committed.
    pub(crate) fn number(&self) -> i64 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }
}

/// Someone's work and whom to answer.
pub(super) trait Job: Send {
    /// Does the work; again when the transaction in which it was done before was undone.
    fn run(&mut self, turn: &Turn<'_>) -> Result<()>;
    /// Answers with the result of the work, or with why nothing of the group was applied.
    fn answer(self: Box<Self>, failed: Option<Error>);
}

struct Task<W, T> {
    work: W,
    result: Result<T>,
    answer: oneshot::Sender<Result<T>>,
}

impl<T: Send, W: FnMut(&Turn<'_>) -> Result<T> + Send> Job for Task<W, T> {
    fn run(&mut self, turn: &Turn<'_>) -> Result<()> {
        // Who went away before the work began, at shutdown for example, leaves nothing leased or half told.
        if !self.answer.is_closed() {
            self.result = (self.work)(turn);
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
        let pen = Pen::new(path, db, options);
        thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || serve(waiting, pen, &turnstile, &newest))
            .map_err(|error| Error::Unavailable(format!("cannot start a thread: {error}")))?;
        Ok(Self { queue })
    }

    pub(super) async fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&Turn<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let task = Task {
            work,
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
