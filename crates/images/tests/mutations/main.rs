//! Mutated images neither crash the code nor make it take more than 256 MiB.
//!
//! The test runs itself again, in a process whose address space is limited, so that a panic, an abort or an
//! allocation too many ends that process. It always mutates the same way; `cargo test -p images --test mutations --
//! 50000 7` makes more of them from another seed, and `-- seeds FOLDER` writes what they are made from.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    reason = "this is a test, though not built as one"
)]

#[path = "../behaviour/files.rs"]
#[expect(dead_code, reason = "the other test binary uses the rest")]
mod files;

mod bombs;
mod large;
mod mutate;
mod seeds;

use std::{
    fs,
    path::Path,
    process::{Command, ExitCode},
    time::Instant,
};

use images::{Finish, Limits, develop, inspect};

/// What a worker may take, in KiB.
const MEMORY: u32 = 256 << 10;
const WORKER: &str = "worker";
/// Writes the seeds into a folder, for the fuzzer.
const SEEDS: &str = "seeds";
const COUNT: u64 = 10_000;
/// A file that keeps a worker busy for longer is an attack, too.
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [word, folder] = &arguments[..]
        && word == SEEDS
    {
        plant(Path::new(folder));
        return ExitCode::SUCCESS;
    }
    let mut numbers = arguments.iter().filter_map(|argument| argument.parse().ok());
    let (count, seed) = (numbers.next().unwrap_or(COUNT), numbers.next().unwrap_or(1));
    if arguments.first().is_some_and(|first| first == WORKER) {
        work(count, seed);
        return ExitCode::SUCCESS;
    }
    if confined(count, seed) {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn plant(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    for (number, seed) in seeds::all().into_iter().enumerate() {
        fs::write(folder.join(format!("seed-{number:02}")), seed).expect("a file");
    }
}

/// Whether the worker survived.
fn confined(count: u64, seed: u64) -> bool {
    let this = std::env::current_exe().expect("a path of this program");
    // Elsewhere the address space cannot be limited, and what is left is that nothing crashes.
    let limit = if cfg!(target_os = "linux") {
        format!("ulimit -v {MEMORY} && ")
    } else {
        String::new()
    };
    let status = Command::new("sh")
        .arg("-c")
        .arg(format!("{limit}exec \"$0\" {WORKER} {count} {seed}"))
        .arg(this)
        .status()
        .expect("a shell");
    status.success()
}

fn work(count: u64, seed: u64) {
    large::photos_are_taken();
    bombs::are_refused();
    let seeds = seeds::all();
    let mut random = fastrand::Rng::with_seed(seed);
    let (mut taken, mut refused, mut decoded) = (0, 0, 0);
    for number in 0..count {
        let file = mutate::mutated(&seeds, &mut random);
        let started = Instant::now();
        decoded += u64::from(inspect(&file, &Limits::default()).is_ok());
        match develop(&file, &Limits::default(), Finish::Light) {
            Ok(photo) => {
                assert_eq!(photo.variants.len(), 8);
                taken += 1;
            }
            Err(_) => refused += 1,
        }
        assert!(
            started.elapsed() < PATIENCE,
            "number {number} takes {:?}",
            started.elapsed()
        );
    }
    println!("{taken} mutated images taken, {refused} refused; {decoded} were decoded");
    // Else the mutations would not reach the decoders.
    assert!(decoded > count / 5 && refused > count / 5);
}
