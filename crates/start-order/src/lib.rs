#![doc = include_str!("../README.md")]

use std::env;

/// The list.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/start.ld");
/// Where rustc links with LLD, which the list was tried with.
const TARGET: &str = "x86_64-unknown-linux-gnu";

/// Has the programs of a package linked in that order; for its build script.
///
/// Only in release builds, where rustc brings its own linker and nobody has chosen another.
#[expect(clippy::print_stdout, reason = "cargo reads it")]
pub fn apply() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={SCRIPT}");
    if said("PROFILE") == "release" && said("TARGET") == TARGET && !another_linker() {
        println!("cargo::rustc-link-arg-bins=-Wl,-T,{SCRIPT}");
    }
}

fn another_linker() -> bool {
    let flags = said("CARGO_ENCODED_RUSTFLAGS");
    !said("RUSTC_LINKER").is_empty() || flags.contains("-fuse-ld") || flags.contains("linker")
}

/// What cargo says to a build script.
#[expect(clippy::disallowed_methods, reason = "not a service's settings")]
fn said(name: &str) -> String {
    env::var(name).unwrap_or_default()
}
