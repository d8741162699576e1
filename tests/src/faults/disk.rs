use std::{
    fs::File,
    os::unix::fs::FileExt,
    path::{Path, PathBuf},
    process::Command,
};

use sha2::{Digest, Sha256};

use crate::ledger::Start;

/// The disk below a data folder, which fails as it is told.
pub struct Disk {
    data: PathBuf,
    library: PathBuf,
    orders: PathBuf,
    file: File,
}

/// What goes wrong, and where in the writes that come.
#[derive(Debug, Clone, Copy)]
pub struct Fault {
    pub failure: Failure,
    /// How many calls pass before.
    pub after: u64,
    pub lasts: Lasts,
    pub which: Which,
}

/// What a failing call says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// `EIO`.
    Broken,
    /// `ENOSPC`.
    Full,
}

/// How long it goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    Once,
    UntilMended,
}

/// Which calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// All that change the disk.
    Changes,
    /// Only those that make changes last.
    Syncs,
}

/// What a fault has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Toll {
    /// Calls that could have failed.
    pub calls: u64,
    /// Calls that did.
    pub hits: u64,
}

/// The places of the numbers that the library maps; see `faults.c`.
mod place {
    pub(super) const ERROR: u64 = 0;
    pub(super) const FROM: u64 = 1;
    pub(super) const UNTIL: u64 = 2;
    pub(super) const KIND: u64 = 3;
    pub(super) const CALLS: u64 = 4;
    pub(super) const HITS: u64 = 5;
    pub(super) const ALL: u64 = 6;
}

impl Disk {
    /// The disk below `folder`/data. The library that breaks it is kept beside `program`, and needs a C compiler.
    pub fn below(folder: &Path, program: &str) -> Self {
        let folder = folder.canonicalize().expect("the folder is there");
        let (data, orders) = (folder.join("data"), folder.join("orders"));
        std::fs::create_dir_all(&data).expect("a data folder");
        let library = library(Path::new(program));
        std::fs::write(&orders, vec![0; 8 * usize::try_from(place::ALL).expect("a few")]).expect("orders");
        let file = File::options()
            .read(true)
            .write(true)
            .open(&orders)
            .expect("orders");
        Self {
            data,
            library,
            orders,
            file,
        }
    }

    /// A start whose child stands on this disk.
    #[must_use]
    pub fn under(&self, start: Start) -> Start {
        let text = |path: &Path| path.display().to_string();
        start
            .with("LD_PRELOAD", &text(&self.library))
            .with("FAULTS_FOLDER", &text(&self.data))
            .with("FAULTS_ORDERS", &text(&self.orders))
    }

    /// From now on it fails like this; what was counted before is forgotten.
    pub fn breaks(&self, fault: Fault) {
        self.mends();
        let until = match fault.lasts {
            Lasts::Once => fault.after + 1,
            Lasts::UntilMended => u64::MAX,
        };
        for (place, number) in [
            (place::FROM, fault.after),
            (place::UNTIL, until),
            (place::KIND, u64::from(fault.which == Which::Syncs)),
            (place::CALLS, 0),
            (place::HITS, 0),
            (place::ERROR, fault.failure.errno()),
        ] {
            self.write(place, number);
        }
    }

    /// It works again; says what it did meanwhile.
    pub fn mends(&self) -> Toll {
        self.write(place::ERROR, 0);
        self.toll()
    }

    /// What the fault has done so far.
    pub fn toll(&self) -> Toll {
        Toll {
            calls: self.read(place::CALLS),
            hits: self.read(place::HITS),
        }
    }

    fn write(&self, place: u64, number: u64) {
        let written = self.file.write_all_at(&number.to_ne_bytes(), place * 8);
        written.expect("an order is written");
    }

    fn read(&self, place: u64) -> u64 {
        let mut bytes = [0; 8];
        self.file
            .read_exact_at(&mut bytes, place * 8)
            .expect("a number is read");
        u64::from_ne_bytes(bytes)
    }
}

impl Failure {
    /// Linux's number for it.
    fn errno(self) -> u64 {
        match self {
            Self::Broken => 5,
            Self::Full => 28,
        }
    }
}

/// The compiled library, which outlives the test: its name says what it was made from.
fn library(program: &Path) -> PathBuf {
    const SOURCE: &str = include_str!("faults.c");
    let mark = hex::encode(Sha256::digest(SOURCE));
    let library = program.with_file_name(format!("faults-{}.so", &mark[..16]));
    if !library.exists() {
        compile(SOURCE, &library);
    }
    library
}

/// Compiles beside it and then puts it in place, since other tests may do the same now.
fn compile(source: &str, library: &Path) {
    let folder = library.parent().expect("a program is in a folder");
    let draft = tempfile::tempdir_in(folder).expect("a folder for the compiler");
    let (from, to) = (draft.path().join("faults.c"), draft.path().join("faults.so"));
    std::fs::write(&from, source).expect("the source is written");
    let compiled = Command::new("cc")
        .args(["-O1", "-shared", "-fPIC", "-Wall", "-Wextra", "-Werror", "-o"])
        .args([&to, &from])
        .arg("-ldl")
        .output()
        .expect("a C compiler, cc");
    let told = String::from_utf8_lossy(&compiled.stderr);
    assert!(compiled.status.success(), "{told}");
    std::fs::rename(&to, library).expect("the library is put in place");
}
