//! The command line of the fleet.

use std::process::ExitCode;

use backends::Clock;
use config::{Common, Environment, Source};
use service_client::PeerUrls;
use service_kit::{StartError, command, telemetry};

use crate::{Fleet, SERVICES, members::Ports, table};

/// Runs all services until Ctrl-C or SIGTERM; or answers `--help`.
pub fn main() -> ExitCode {
    clap::Command::new("fleet")
        .version(env!("CARGO_PKG_VERSION"))
        .about("All services of CraftChain X in one process")
        .after_help(command::describe(&settings()))
        .get_matches();
    command::finish(command::block_on(run(Source::process())))
}

async fn run(source: Source) -> Result<(), StartError> {
    let common = Common::read(&mut Environment::new(source.clone()))?;
    let _telemetry = telemetry::init(&common, "fleet")?;
    let asked_to_stop = command::on_signal();
    let fleet = Fleet::launch(SERVICES, source, Clock::system(), Ports::Counted).await?;
    table::show(&fleet, &mut std::io::stdout().lock())
        .map_err(|error| StartError::Other(format!("cannot print: {error}")))?;
    fleet.serve_until(asked_to_stop).await
}

/// The settings of every service, each once. Without variables everything has its default, so reading cannot fail.
fn settings() -> Environment {
    let mut environment = Environment::new(Source::of([]));
    let _ = Common::read(&mut environment);
    let _ = PeerUrls::read(&mut environment);
    for service in SERVICES {
        let _ = (service.settings)(&mut environment);
    }
    environment
}
