use std::{
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;
use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{failure, open::connect};
use crate::{Error, Result};

/// Reads at once; more wait.
const READERS: usize = 8;

/// Connections that read beside the writer.
pub(super) struct Readers {
    turns: Semaphore,
    idle: Arc<Idle>,
}

struct Idle {
    path: PathBuf,
    connections: Mutex<Vec<Connection>>,
}

impl Readers {
    pub(super) fn new(path: PathBuf) -> Self {
        Self {
            turns: Semaphore::new(READERS),
            idle: Arc::new(Idle {
                path,
                connections: Mutex::default(),
            }),
        }
    }

    /// Runs `work` in a read transaction: all that it reads is of one moment.
    pub(super) async fn read<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let _turn = self.turns.acquire().await.map_err(stopped)?;
        let idle = self.idle.clone();
        spawn_blocking(move || idle.read(work)).await.map_err(stopped)?
    }
}

impl Idle {
    fn read<T>(&self, work: impl FnOnce(&Connection) -> Result<T>) -> Result<T> {
        let db = self.take()?;
        db.execute_batch("BEGIN").map_err(failure)?;
        let result = work(&db);
        // A connection that cannot end its transaction is not used again.
        if db.execute_batch("COMMIT").is_ok() {
            self.give(db);
        }
        result
    }

    fn take(&self) -> Result<Connection> {
        let idle = self
            .connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        idle.map_or_else(|| connect(&self.path), Ok)
    }

    fn give(&self, db: Connection) {
        self.connections
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(db);
    }
}

fn stopped(error: impl std::fmt::Display) -> Error {
    Error::Unavailable(format!("the reader stopped: {error}"))
}
