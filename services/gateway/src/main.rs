use std::process::ExitCode;

fn main() -> ExitCode {
    service_kit::command::main(gateway::SERVICE)
}
