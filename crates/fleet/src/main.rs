//! `cargo run`: all services in one process.

use std::process::ExitCode;

fn main() -> ExitCode {
    fleet::command::main()
}
