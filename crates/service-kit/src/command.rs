//! The command line that every service has.

use std::{net::SocketAddr, process::ExitCode, time::Duration};

use backends::Clock;
use config::{Common, Described, Environment, Source};
use futures::future::BoxFuture;
use service_client::PeerUrls;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_util::sync::CancellationToken;

use crate::{Kit, Process, Service, StartError, telemetry};

/// What a service does from the command line beside serving: on its own store, while it runs or not.
#[derive(Clone, Copy)]
pub struct Command {
    /// Its name, arguments and help.
    pub arguments: fn() -> clap::Command,
    /// Does it.
    pub run: fn(Kit, clap::ArgMatches) -> BoxFuture<'static, Result<(), StartError>>,
}

/// Runs one service from the command line: serves, or answers `--help` and `--healthcheck`.
pub fn main(service: Service) -> ExitCode {
    main_with(service, &[])
}

/// The same for a service with commands of its own.
pub fn main_with(service: Service, commands: &[Command]) -> ExitCode {
    let arguments = clap::Command::new(service.name)
        .subcommands(commands.iter().map(|command| (command.arguments)()))
        .version(env!("CARGO_PKG_VERSION"))
        .about(service.about)
        .after_help(settings_help(service))
        .arg(
            clap::Arg::new("healthcheck")
                .long("healthcheck")
                .action(clap::ArgAction::SetTrue)
                .help("Ask the running service whether it is healthy, for containers without curl"),
        )
        .get_matches();
    let source = Source::process();
    let chosen = arguments.subcommand().and_then(|(name, arguments)| {
        let named = |command: &&Command| (command.arguments)().get_name() == name;
        Some((*commands.iter().find(named)?, arguments.clone()))
    });
    let outcome = if let Some((command, arguments)) = chosen {
        block_on(act(service, source, command, arguments))
    } else if arguments.get_flag("healthcheck") {
        block_on(healthcheck(service, source))
    } else {
        block_on(run(service, source))
    };
    finish(outcome)
}

/// The exit code, with one line for an error.
#[expect(clippy::print_stderr, reason = "the operator reads it")]
pub fn finish(outcome: Result<(), StartError>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A runtime for a command.
pub fn block_on(work: impl Future<Output = Result<(), StartError>>) -> Result<(), StartError> {
    open_more_files();
    let runtime = runtime()
        .enable_all()
        .build()
        .map_err(|error| StartError::Other(format!("no runtime: {error}")))?;
    let outcome = runtime.block_on(work);
    runtime.shutdown_timeout(Duration::from_millis(200));
    outcome
}

/// On one core a second thread would only be waited for: every hand-over costs a request one to three microseconds.
fn runtime() -> tokio::runtime::Builder {
    match std::thread::available_parallelism() {
        Ok(cores) if cores.get() == 1 => tokio::runtime::Builder::new_current_thread(),
        _ => tokio::runtime::Builder::new_multi_thread(),
    }
}

/// Every connection is an open file, and the usual limit is meant for programs that use `select` (1,024). As many
/// as the system allows; without that it runs with fewer.
fn open_more_files() {
    let _ = rlimit::increase_nofile_limit(u64::MAX);
}

async fn act(
    service: Service,
    source: Source,
    command: Command,
    arguments: clap::ArgMatches,
) -> Result<(), StartError> {
    let process = Process::new(source, Clock::system())?;
    let kit = process.kit(service, &CancellationToken::new()).await?;
    (command.run)(kit, arguments).await
}

async fn run(service: Service, source: Source) -> Result<(), StartError> {
    let process = Process::new(source.clone(), Clock::system())?;
    let _telemetry = telemetry::init(&process.common, service.name)?;
    let address = address_of(service, &source)?;
    let listener = listen(address, "; set PORT to a free one").await?;
    let address = listener.local_addr().unwrap_or(address); // port 0 is any free one
    tracing::info!(service = service.name, %address, "listening");
    process.run(service, listener, on_signal()).await
}

/// Where a service listens: `CRAFTCHAIN_BIND`, and `PORT` or its own.
fn address_of(service: Service, source: &Source) -> Result<SocketAddr, StartError> {
    let mut environment = Environment::new(source.clone());
    let common = Common::read(&mut environment)?;
    let urls = PeerUrls::read(&mut environment)?;
    let own = urls
        .of(service.peer)
        .port_or_known_default()
        .unwrap_or(service.peer.default_port());
    let port: u16 = environment.read("PORT", &own.to_string(), "the port to listen on")?;
    Ok(SocketAddr::new(common.bind, port))
}

/// Binds, or says in one line why not.
pub async fn listen(address: SocketAddr, hint: &'static str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address)
        .await
        .map_err(|error| StartError::Listen {
            address: address.to_string(),
            cause: error.to_string(),
            hint,
        })
}

/// Cancelled by Ctrl-C or SIGTERM.
pub fn on_signal() -> CancellationToken {
    use tokio::signal::unix::{SignalKind, signal};
    let token = CancellationToken::new();
    let cancelled = token.clone();
    #[expect(
        clippy::disallowed_methods,
        reason = "lives as long as the process; nothing to drain"
    )]
    tokio::spawn(async move {
        let terminated = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => {
                    signal.recv().await;
                }
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            () = terminated => {}
        }
        cancelled.cancel();
    });
    token
}

async fn healthcheck(service: Service, source: Source) -> Result<(), StartError> {
    let mut address = address_of(service, &source)?;
    if address.ip().is_unspecified() {
        address.set_ip(std::net::Ipv4Addr::LOCALHOST.into());
    }
    let asked = tokio::time::timeout(Duration::from_secs(3), ask(address)).await;
    match asked {
        Ok(Ok(true)) => Ok(()),
        Ok(Ok(false)) => Err(StartError::Other(format!("{address} is not healthy"))),
        Ok(Err(error)) => Err(StartError::Other(format!("{address} does not answer: {error}"))),
        Err(_) => Err(StartError::Other(format!("{address} does not answer in time"))),
    }
}

async fn ask(address: SocketAddr) -> std::io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("GET /health HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer.starts_with("HTTP/1.1 200"))
}

fn settings_help(service: Service) -> String {
    // Without variables everything has its default, so describing cannot fail.
    let mut environment = Environment::new(Source::of([]));
    let _ = Common::read(&mut environment);
    let _ = PeerUrls::read(&mut environment);
    let _ = environment.read::<u16>(
        "PORT",
        &service.peer.default_port().to_string(),
        "the port to listen on",
    );
    let _ = (service.settings)(&mut environment);
    describe(&environment)
}

/// The settings that were read, as `--help` lists them.
pub fn describe(environment: &Environment) -> String {
    use std::fmt::Write;
    environment.described().iter().fold(
        "Settings (environment variables):\n".to_owned(),
        |mut help, setting| {
            let Described {
                name,
                about,
                default,
                allowed,
            } = setting;
            let _ = writeln!(help, "  {name}\n      {about}; {allowed} [default: {default}]");
            help
        },
    )
}
