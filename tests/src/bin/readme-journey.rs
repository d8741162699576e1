//! Runs the README's journey against a fleet that is up: `readme-journey http://127.0.0.1:8000`.

use std::process::ExitCode;

#[expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "whoever runs it reads it"
)]
fn main() -> ExitCode {
    let address = std::env::args()
        .nth(1)
        .unwrap_or_else(|| "http://127.0.0.1:8000".to_owned());
    match tests::readme::journey(address.trim_end_matches('/')) {
        Ok(()) => {
            println!("the README's journey went as it says");
            ExitCode::SUCCESS
        }
        Err(difference) => {
            eprintln!("{difference}");
            ExitCode::FAILURE
        }
    }
}
