use std::process::ExitCode;

fn main() -> ExitCode {
    service_kit::main_with(pricing::SERVICE, pricing::commands::COMMANDS)
}
