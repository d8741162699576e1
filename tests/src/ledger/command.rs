//! The child's side: serves what it is told to, says so on standard output, ends with standard input.

use std::{
    io::{Read, Write},
    net::Ipv4Addr,
    process::ExitCode,
    time::Instant,
};

use backends::Clock;
use config::{Environment, Source};
use service_kit::{Process, Service, StartError, command, telemetry};
use tokio_util::sync::CancellationToken;

use super::{LEDGER, READER};

/// Serves the services that `LEDGER_SERVES` names, in one process.
pub fn main() -> ExitCode {
    command::finish(command::block_on(serve(Source::process())))
}

async fn serve(source: Source) -> Result<(), StartError> {
    let process = Process::new(source.clone(), Clock::system())?;
    let _telemetry = telemetry::init(&process.common, "ledger")?;
    let names: Vec<String> =
        Environment::new(source).read("LEDGER_SERVES", "ledger,reader", "the services of this process")?;
    let shutdown = end_of_input();
    let members = [LEDGER, READER]
        .into_iter()
        .filter(|member| names.iter().any(|name| name == member.name))
        .map(|member| one(&process, member, shutdown.clone()));
    futures::future::try_join_all(members).await.map(drop)
}

async fn one(process: &Process, member: Service, shutdown: CancellationToken) -> Result<(), StartError> {
    let begun = Instant::now();
    let (kit, app) = process.build(member, &shutdown).await?;
    let opening = begun.elapsed().as_micros();
    let listener = command::listen((Ipv4Addr::LOCALHOST, 0).into(), "").await?;
    let address = listener
        .local_addr()
        .map_err(|error| StartError::Other(error.to_string()))?;
    say("ready", &format!("{} {address} {opening}", member.name));
    service_kit::serve(listener, kit, app, shutdown).await;
    Ok(())
}

/// One line to the parent, whole and at once.
pub(super) fn say(what: &str, text: &str) {
    let line = format!("{what} {text}\n");
    // Without a parent there is nobody to tell, and this process is about to end.
    let _ = std::io::stdout().lock().write_all(line.as_bytes());
}

/// Cancelled when the parent closes standard input, or dies.
fn end_of_input() -> CancellationToken {
    let ended = CancellationToken::new();
    let token = ended.clone();
    std::thread::spawn(move || {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        token.cancel();
    });
    ended
}
