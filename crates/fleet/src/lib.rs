#![doc = include_str!("../README.md")]

pub mod command;
pub mod demo;
mod members;
mod readiness;
mod table;

use std::path::{Path, PathBuf};

use backends::Clock;
use config::{Profile, Source};
use futures::future::try_join_all;
use members::{Member, Ports};
use service_client::Service as Peer;
use service_kit::{App, Kit, Process, Service, StartError};
use tempfile::TempDir;
use tokio::task::JoinSet;
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;

/// Every service that there is, the public door first.
pub const SERVICES: &[Service] = &[
    gateway::SERVICE,
    product::SERVICE,
    ml::SERVICE,
    pricing::SERVICE,
    media::SERVICE,
    auth::SERVICE,
];

/// All services in one process, each on its own port. Dropping it stops them, too, but waits for nothing.
pub struct Fleet {
    process: Process,
    members: Vec<Member>,
    serving: JoinSet<()>,
    shutdown: DropGuard,
    /// Goes with the fleet.
    folder: Option<TempDir>,
}

/// How a fleet for tests differs from the usual one: free ports, a folder that goes with it, no settings.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where everything is kept; by default a temporary folder that goes with the fleet.
    pub data_dir: Option<PathBuf>,
    /// The settings, instead of the process's environment.
    pub settings: Source,
    /// What time it is.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            data_dir: None,
            settings: Source::of([]),
            clock: Clock::system(),
        }
    }
}

impl Fleet {
    /// A fleet for tests.
    pub async fn start() -> Result<Self, StartError> {
        Self::start_with(Options::default()).await
    }

    /// A fleet for tests that differs in something.
    pub async fn start_with(options: Options) -> Result<Self, StartError> {
        let folder = match options.data_dir {
            Some(_) => None,
            None => Some(TempDir::new().map_err(|error| StartError::Other(error.to_string()))?),
        };
        let path = folder.as_ref().map(|folder| folder.path().to_owned());
        let path = options.data_dir.or(path).unwrap_or_default();
        let source = options
            .settings
            .with("CRAFTCHAIN_DATA_DIR", path.to_string_lossy());
        let fleet = Self::launch(SERVICES, source, options.clock, Ports::Free).await?;
        Ok(Self { folder, ..fleet })
    }

    /// Binds every port first, so that each service knows where its peers are; then builds and serves them.
    async fn launch(
        services: &[Service],
        source: Source,
        clock: Clock,
        ports: Ports,
    ) -> Result<Self, StartError> {
        let shutdown = CancellationToken::new();
        let bound = members::bind(services, &source, ports, &shutdown).await?;
        let process = Process::new(bound.source, clock)?;
        let built = try_join_all(bound.members.iter().map(|member| build(&process, member))).await?;
        let mut fleet = Self {
            process,
            members: bound.members,
            serving: JoinSet::new(),
            shutdown: shutdown.drop_guard(),
            folder: None,
        };
        for ((listener, (kit, app)), member) in bound.listeners.into_iter().zip(built).zip(&fleet.members) {
            let app = readiness::depends_on_all(app, &kit, &fleet.members);
            fleet.serving.spawn(member.serve(listener, kit, app));
        }
        Ok(fleet)
    }

    /// Where a service listens, as others reach it: `http://127.0.0.1:8001/`. Nothing for one that is not there.
    pub fn url(&self, service: Peer) -> Option<&Url> {
        let mut members = self.members.iter();
        members
            .find(|member| member.peer() == service)
            .map(|member| &member.url)
    }

    /// Where the embedded profile keeps everything.
    pub fn data_dir(&self) -> &Path {
        &self.process.common.data_dir
    }

    /// Where everything is kept, for people.
    fn place(&self) -> String {
        match &self.process.common.profile {
            Profile::Embedded => self.data_dir().display().to_string(),
            Profile::Google(google) => format!("project {} on Google Cloud", google.project),
        }
    }

    /// Stops one service as a shutdown would, and leaves the others alone.
    pub async fn stop_one(&self, service: Peer) {
        for member in self.members.iter().filter(|member| member.peer() == service) {
            member.stop().await;
        }
    }

    /// Lets accepted work finish, then ends every service.
    pub async fn stop(self) -> Result<(), StartError> {
        let Self {
            mut serving,
            shutdown,
            folder: _folder,
            ..
        } = self;
        shutdown.disarm().cancel();
        while let Some(ended) = serving.join_next().await {
            ended.map_err(|error| StartError::Other(format!("a service ended badly: {error}")))?;
        }
        Ok(())
    }

    /// Serves until `shutdown`, then drains; a service that ends before that ends all with an error.
    async fn serve_until(mut self, shutdown: CancellationToken) -> Result<(), StartError> {
        let failed = tokio::select! {
            () = shutdown.cancelled() => None,
            Some(ended) = self.serving.join_next() => Some(ended),
        };
        tracing::info!("draining");
        self.stop().await?;
        match failed {
            None => Ok(()),
            Some(Ok(())) => Err(StartError::Other("a service ended by itself".into())),
            Some(Err(error)) => Err(StartError::Other(format!("a service ended badly: {error}"))),
        }
    }
}

/// Says which of the services did not start.
async fn build(process: &Process, member: &Member) -> Result<(Kit, App), StartError> {
    let built = process.build(member.service, &member.stop).await;
    built.map_err(|error| match error {
        StartError::Setting(_) => error,
        other => StartError::Other(format!("{} does not start: {other}", member.service.name)),
    })
}

#[cfg(test)]
mod tests;
