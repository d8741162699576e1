//! Kill -9 at any moment: what was acknowledged is there, its event has its effect once, a repeated
//! request gets the first answer, and the files open in a blink.

#![cfg(test)]

mod promises;

use std::{future::ready, time::Duration};

use tests::{
    crash::{Cast, opened_in_a_blink},
    faults::Folder,
    ledger::{Footing, are_sound},
};

const ROUNDS: u64 = 25;
const CAST: Cast = Cast {
    ledgers: 1,
    deaths: usize::MAX,
    writers: 64,
};
const FEW: usize = 500;

/// The embedded profile, in a folder.
struct Ground {
    folder: Folder,
    footing: Footing,
}

impl Ground {
    fn prepare() -> impl Future<Output = Self> {
        let folder = Folder::new();
        let footing = Footing::embedded(folder.path());
        ready(Self { folder, footing })
    }

    fn is_well_after(&self, openings: Vec<Duration>) {
        opened_in_a_blink(openings);
        are_sound(self.folder.path());
    }
}
