use std::process::ExitCode;

fn main() -> ExitCode {
    service_kit::main(ml::SERVICE)
}
