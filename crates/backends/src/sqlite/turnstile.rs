use std::{
    fs::File,
    io,
    path::{Path, PathBuf},
};

use crate::{Error, Result, files::private_file};

/// Fair turns between the processes that share a file.
///
/// SQLite's busy handler sleeps and tries again, so that a busy writer starves another process for
/// seconds. Here who waits for its turn holds the gate, and who just had a turn queues at the gate
/// behind it. Both locks end with their process.
pub(super) struct Turnstile {
    gate: File,
    turn: File,
}

impl Turnstile {
    /// The turnstile of the file at `path`.
    pub(super) fn open(path: &Path) -> Result<Self> {
        let lock = |end: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(end);
            private_file(&PathBuf::from(name))
        };
        Ok(Self {
            gate: lock("-gate")?,
            turn: lock("-turn")?,
        })
    }

    /// Runs `work` while no other process does.
    pub(super) fn pass<T>(&self, work: impl FnOnce() -> T) -> Result<T> {
        self.enter().map_err(unavailable)?;
        let result = work();
        self.turn.unlock().map_err(unavailable)?;
        Ok(result)
    }

    fn enter(&self) -> io::Result<()> {
        self.gate.lock()?;
        let turn = self.turn.lock();
        self.gate.unlock()?;
        turn
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn unavailable(error: io::Error) -> Error {
    Error::Unavailable(format!("cannot take turns with other processes: {error}"))
}
