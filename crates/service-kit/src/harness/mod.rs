//! One real service on an ephemeral port and a folder of its own, for the tests of its API.
//!
//! Nothing is replaced: it comes up through [`Process`] and [`serve`](crate::serve) as it does in
//! production, with the embedded backends. What a test needs beside it: the [`Kit`], a clock that can
//! be moved, and tokens of people and of other services.
//!
//! ```text
//! let product = Harness::start(product::SERVICE).await;
//! let artisan = product.artisan().await;
//! let answer = product.post("/products").bearer_auth(&artisan.token).json(&bowl).send().await?;
//! ```

mod answer;
mod google;
mod people;

use std::{net::Ipv4Addr, path::Path, sync::Arc};

pub use answer::{Answer, Asked};
use backends::Clock;
use config::Source;
pub use google::{GoogleKeys, Mood};
use http::Method;
pub use people::Person;
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use crate::{Kit, Process, Service, StartError};

/// Nothing listens there, so a peer that a test did not give is down.
const NOWHERE: &str = "http://127.0.0.1:1";

/// How a service is started for a test.
pub struct Setup {
    service: Service,
    source: Source,
    clock: Clock,
    folder: Option<Arc<TempDir>>,
    process: Option<Process>,
}

/// A service under test. It ends when this is dropped; [`Harness::stop`] drains it first.
pub struct Harness {
    /// What the service was built from.
    pub kit: Kit,
    base: String,
    http: reqwest::Client,
    process: Process,
    folder: Arc<TempDir>,
    shutdown: CancellationToken,
    served: Option<JoinHandle<()>>,
}

impl Setup {
    /// With a setting; peers are nowhere unless `CRAFTCHAIN_<SERVICE>_URL` says so.
    #[must_use]
    pub fn setting(mut self, name: &str, value: impl Into<String>) -> Self {
        self.source = self.source.with(name, value);
        self
    }

    /// With a clock that was set, rather than one that runs.
    #[must_use]
    pub fn clock(self, clock: Clock) -> Self {
        Self { clock, ..self }
    }

    /// In the process of another service, on the same folder: its peer, or a second instance of it.
    /// The other's clock and common settings hold.
    #[must_use]
    pub fn beside(self, other: &Harness) -> Self {
        Self {
            process: Some(other.process.clone()),
            folder: Some(other.folder.clone()),
            ..self
        }
    }

    /// As if in a process of its own, on the folder of another service: they share nothing but its files.
    #[must_use]
    pub fn apart_from(self, other: &Harness) -> Self {
        self.again_on(other.folder.clone())
    }

    /// On the folder of one that was stopped.
    #[must_use]
    pub fn again_on(self, folder: Arc<TempDir>) -> Self {
        Self {
            folder: Some(folder),
            ..self
        }
    }

    /// Starts it; panics with the reason when it does not start.
    #[expect(clippy::panic, reason = "a test without its service cannot go on")]
    pub async fn start(self) -> Harness {
        let name = self.service.name;
        match self.try_start().await {
            Ok(harness) => harness,
            Err(error) => panic!("{name} does not start: {error}"),
        }
    }

    /// Starts it, or tells why it does not start.
    pub async fn try_start(self) -> Result<Harness, StartError> {
        let folder = match self.folder {
            Some(folder) => folder,
            None => Arc::new(tempfile::tempdir().map_err(|error| StartError::Other(error.to_string()))?),
        };
        let source = self
            .source
            .with("CRAFTCHAIN_DATA_DIR", folder.path().to_string_lossy());
        let process = match self.process {
            Some(process) => Process { source, ..process },
            None => Process::new(source, self.clock)?,
        };
        let listener = crate::command::listen((Ipv4Addr::LOCALHOST, 0).into(), "").await?;
        let shutdown = CancellationToken::new();
        let kit = process.kit(self.service, &shutdown).await?;
        people::trust(&kit).await?;
        let app = (self.service.build)(kit.clone()).await?;
        let base = format!("http://{}", address(&listener)?);
        let served = spawn(crate::serve(listener, kit.clone(), app, shutdown.clone()));
        Ok(Harness {
            kit,
            base,
            http: http_client()?,
            process,
            folder,
            shutdown,
            served: Some(served),
        })
    }
}

impl Harness {
    /// How `service` is to be started.
    pub fn of(service: Service) -> Setup {
        let peers = service_client::Service::ALL
            .iter()
            .map(|peer| (peer.url_variable().to_owned(), NOWHERE.to_owned()));
        Setup {
            service,
            source: peers.collect(),
            clock: Clock::movable(),
            folder: None,
            process: None,
        }
    }

    /// Starts `service` with its defaults; panics with the reason when it does not start.
    pub async fn start(service: Service) -> Self {
        Self::of(service).start().await
    }

    /// The URL of a path on this service.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    /// The folder with everything durable.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The service's clock, to be moved with [`Clock::advance`].
    pub fn clock(&self) -> &Clock {
        &self.kit.clock
    }

    /// A request to this service; follows no redirect.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path))
    }

    /// A GET.
    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(Method::GET, path)
    }

    /// A POST.
    pub fn post(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(Method::POST, path)
    }

    /// A PUT.
    pub fn put(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(Method::PUT, path)
    }

    /// A PATCH.
    pub fn patch(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(Method::PATCH, path)
    }

    /// A DELETE.
    pub fn delete(&self, path: &str) -> reqwest::RequestBuilder {
        self.request(Method::DELETE, path)
    }

    /// Asks it to end, as a signal would.
    pub fn shut_down(&self) {
        self.shutdown.cancel();
    }

    /// Asks it to end, and waits until it is drained. Its folder can be started on again.
    pub async fn stop(mut self) -> Arc<TempDir> {
        self.shutdown.cancel();
        if let Some(served) = self.served.take() {
            let _ = served.await; // a panic of the server is in its own output
        }
        self.folder.clone()
    }
}

impl Drop for Harness {
    fn drop(&mut self) {
        self.shutdown.cancel();
    }
}

fn address(listener: &TcpListener) -> Result<std::net::SocketAddr, StartError> {
    listener
        .local_addr()
        .map_err(|error| StartError::Other(error.to_string()))
}

/// Sees every body as it is on the wire.
fn http_client() -> Result<reqwest::Client, StartError> {
    reqwest::Client::builder()
        .no_proxy()
        .no_gzip()
        .no_deflate()
        .no_brotli()
        .no_zstd()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .tls_certs_only([])
        .build()
        .map_err(|error| StartError::Other(error.to_string()))
}

#[expect(
    clippy::disallowed_methods,
    reason = "the server itself, which the harness waits for"
)]
fn spawn(server: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
    tokio::spawn(server)
}
