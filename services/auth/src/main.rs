use std::process::ExitCode;

fn main() -> ExitCode {
    service_kit::main_with(auth::SERVICE, auth::commands::COMMANDS)
}
