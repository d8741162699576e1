mod embedded;
mod google;

use std::{path::Path, sync::Arc};

use self::{embedded::Embedded, google::Cloud};
use crate::{
    Clock, Error, Options, Result,
    documents::{self, Schema},
    events, keys, limits, objects,
};

/// Everything a service keeps things in.
#[derive(Clone)]
pub struct Backends {
    /// The service's own store.
    pub documents: documents::Store,
    /// The log that the fleet shares.
    pub events: events::Log,
    /// Where events are pushed to, when they are not pulled.
    pub pushes: Option<events::PushDoor>,
    /// The service's own bucket.
    pub objects: objects::Bucket,
    /// The process's limits and cache.
    pub limits: limits::Limiter,
    /// The keys that the fleet shares.
    pub keys: keys::KeyRing,
}

/// Opens backends for the services of one process.
#[derive(Clone)]
pub struct Provider(Kind);

#[derive(Clone)]
enum Kind {
    Embedded(Arc<Embedded>),
    Google(Arc<Cloud>),
}

impl Provider {
    /// Everything below one folder, which is made when it is not there.
    pub fn embedded(folder: &Path, clock: Clock, options: Options) -> Self {
        Self(Kind::Embedded(Arc::new(Embedded::new(folder, clock, options))))
    }

    /// Everything on Google Cloud.
    pub fn google(google: config::Google, clock: Clock) -> Self {
        Self(Kind::Google(Arc::new(Cloud::new(google, clock))))
    }

    /// The backends of one service; its documents keep the schema of the first call.
    pub async fn open(&self, service: &'static str, schema: Schema) -> Result<Backends> {
        match &self.0 {
            Kind::Embedded(embedded) => {
                let embedded = embedded.clone();
                aside(move || embedded.open(service, schema)).await
            }
            Kind::Google(google) => google.open(service, schema).await,
        }
    }

    /// A bucket beside the services' own: `outbox` for what would be sent.
    pub async fn bucket(&self, name: &'static str) -> Result<objects::Bucket> {
        match &self.0 {
            Kind::Embedded(embedded) => {
                let embedded = embedded.clone();
                aside(move || embedded.bucket(name)).await
            }
            Kind::Google(google) => google.bucket(name).await,
        }
    }
}

/// Files are opened where nobody waits for it.
async fn aside<T: Send + 'static>(open: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let opened = tokio::task::spawn_blocking(open).await;
    opened.map_err(|error| Error::Other(error.to_string()))?
}
