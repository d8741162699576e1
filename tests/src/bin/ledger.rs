//! The process that the crash test kills and the disk-fault test starves.

use std::process::ExitCode;

fn main() -> ExitCode {
    tests::ledger::command::main()
}
