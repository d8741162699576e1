use std::sync::Arc;

use backends::{Clock, Ids, Options, Provider, keys::KeyRing};
use config::{Common, Environment, Profile, SettingError, Source};
use service_client::{PeerUrls, Peers, ServiceTokens};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    App, Kit, Service, Tasks,
    audit::Audit,
    chassis,
    idempotency::Idempotency,
    identity::{ServiceSigner, Verifier, google::GoogleSigner},
    jobs::Jobs,
    leases::Leases,
    metrics::Metrics,
    outbox::Outbox,
};

/// Why a service did not start. One line each: an operator reads it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(transparent)]
    Setting(#[from] SettingError),
    #[error("{0}")]
    Backend(#[from] backends::Error),
    #[error("cannot listen on {address}: {cause}{hint}")]
    Listen {
        address: String,
        cause: String,
        hint: &'static str,
    },
    #[error("{0}")]
    Other(String),
}

/// What the services of one process share: the opened files, the clock, the settings' source.
#[derive(Clone)]
pub struct Process {
    pub source: Source,
    pub common: Arc<Common>,
    pub clock: Clock,
    pub provider: Provider,
}

impl Process {
    /// Reads the common settings; opens nothing yet.
    pub fn new(source: Source, clock: Clock) -> Result<Self, StartError> {
        let common = Common::read(&mut Environment::new(source.clone()))?;
        let provider = match &common.profile {
            Profile::Google(google) => Provider::google((**google).clone(), clock.clone()),
            Profile::Embedded => {
                let slow_sync = common.slow_sync;
                Provider::embedded(&common.data_dir, clock.clone(), Options { slow_sync })
            }
        };
        Ok(Self {
            source,
            common: Arc::new(common),
            clock,
            provider,
        })
    }

    /// Opens a service's backends and everything built on them.
    pub async fn kit(&self, service: Service, shutdown: &CancellationToken) -> Result<Kit, StartError> {
        let mut environment = Environment::new(self.source.clone());
        let urls = PeerUrls::read(&mut environment)?;
        let backends = self.provider.open(service.name, service.schema()).await?;
        let outgoing = self.provider.bucket("outbox").await?;
        let ids = Ids::new(self.clock.clone());
        let service_tokens = self.service_tokens(service, &backends.keys, &ids);
        let peers =
            Peers::new(urls, service_tokens.clone()).map_err(|error| StartError::Other(error.to_string()))?;
        let documents = backends.documents.clone();
        let asks = service.peer != service_client::Service::Auth;
        let verifier = Verifier::new(self.clock.clone(), peers.clone(), documents.clone(), asks);
        verifier.recall().await?;
        Ok(Kit {
            service,
            common: self.common.clone(),
            environment,
            clock: self.clock.clone(),
            ids: ids.clone(),
            verifier,
            peers,
            service_tokens,
            outbox: Outbox::new(service.name, self.clock.clone(), ids.clone()),
            idempotency: Idempotency::new(documents.clone(), self.clock.clone(), ids.clone()),
            jobs: Jobs::new(documents.clone(), self.clock.clone(), ids.clone()),
            audit: Audit::new(documents.clone(), self.clock.clone()),
            leases: Leases::new(documents, self.clock.clone(), ids),
            backends,
            outgoing,
            metrics: Metrics::default(),
            tasks: Tasks::new(shutdown),
        })
    }

    /// What this service shows to others, as the profile demands.
    fn service_tokens(&self, service: Service, keys: &KeyRing, ids: &Ids) -> Arc<dyn ServiceTokens> {
        let keys = keys.clone();
        match &self.common.profile {
            Profile::Google(_) => Arc::new(GoogleSigner::new(keys)),
            Profile::Embedded => Arc::new(ServiceSigner::new(
                service.peer,
                keys,
                self.clock.clone(),
                ids.clone(),
            )),
        }
    }

    /// Builds a service, ready to be served.
    pub async fn build(
        &self,
        service: Service,
        shutdown: &CancellationToken,
    ) -> Result<(Kit, App), StartError> {
        let kit = self.kit(service, shutdown).await?;
        let app = (service.build)(kit.clone()).await?;
        Ok((kit, app))
    }

    /// Builds a service and serves it until shutdown.
    pub async fn run(
        &self,
        service: Service,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), StartError> {
        let (kit, app) = self.build(service, &shutdown).await?;
        chassis::serve(listener, kit, app, shutdown).await;
        Ok(())
    }
}
