//! The command line of the fleet.

use std::process::ExitCode;

use backends::Clock;
use config::{Common, Environment, Source};
use service_client::PeerUrls;
use service_kit::{StartError, command, telemetry};

use crate::{Fleet, SERVICES, demo, members::Ports, table};

/// Runs all services until Ctrl-C or SIGTERM; or answers `--help`.
pub fn main() -> ExitCode {
    let demo =
        clap::Command::new(DEMO).about("The same, with an artisan, a buyer and twelve pieces to look at");
    let arguments = clap::Command::new("fleet")
        .version(env!("CARGO_PKG_VERSION"))
        .about("All services of CraftChain X in one process")
        .subcommand(demo)
        .after_help(command::describe(&settings()))
        .get_matches();
    let with_demo = arguments.subcommand_name() == Some(DEMO);
    command::finish(command::block_on(run(Source::process(), with_demo)))
}

const DEMO: &str = "demo";

async fn run(source: Source, with_demo: bool) -> Result<(), StartError> {
    let common = Common::read(&mut Environment::new(source.clone()))?;
    let _telemetry = telemetry::init(&common, "fleet")?;
    let asked_to_stop = command::on_signal();
    let fleet = Fleet::launch(SERVICES, source, Clock::system(), Ports::Counted).await?;
    table::show(&fleet, &mut std::io::stdout().lock()).map_err(cannot_print)?;
    if with_demo {
        demo::announce(&mut std::io::stdout().lock()).map_err(cannot_print)?;
        let seeded = tokio::select! {
            seeded = demo::seed(&fleet) => seeded?,
            () = asked_to_stop.cancelled() => return fleet.stop().await,
        };
        seeded.show(&mut std::io::stdout().lock()).map_err(cannot_print)?;
    }
    fleet.serve_until(asked_to_stop).await
}

#[expect(clippy::needless_pass_by_value, reason = "what `map_err` hands over")]
fn cannot_print(error: std::io::Error) -> StartError {
    StartError::Other(format!("cannot print: {error}"))
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
