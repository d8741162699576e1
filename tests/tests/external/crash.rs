//! Kill -9 on the google profile: the promises of the crash test, with two processes of the ledger that take turns.

use std::time::Duration;

use tests::{cloud, crash::Cast, faults::Folder, ledger::Footing};
use tokio::sync::MutexGuard;

use crate::google::turn;

#[path = "../crash/promises.rs"]
mod promises;

const ROUNDS: u64 = 6;
/// Few, so that the whole suite stays short: the emulators are slow, and what a killed reader held comes again only after a
/// while. `CRASH_ROUNDS` sets more.
const CAST: Cast = Cast {
    ledgers: 2,
    deaths: 3,
    writers: 4,
};
const FEW: usize = 50;

/// A project on what stands in for Google.
struct Ground {
    footing: Footing,
    /// Nothing but the log.
    folder: Folder,
    _project: cloud::Ground,
    _turn: MutexGuard<'static, ()>,
}

impl Ground {
    async fn prepare() -> Self {
        let turn = turn().await;
        let folder = Folder::new();
        let project = cloud::Ground::prepare().await;
        Self {
            footing: project.footing(folder.path()),
            folder,
            _project: project,
            _turn: turn,
        }
    }

    /// Nothing is kept on a disk. How long a process takes to connect is the network's affair.
    fn is_well_after(&self, _: Vec<Duration>) {
        let entries = std::fs::read_dir(self.folder.path()).unwrap();
        let names: Vec<_> = entries.map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["child.log"]);
    }
}
