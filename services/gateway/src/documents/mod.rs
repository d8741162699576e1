//! One API document, merged from those of all services. A service that is down keeps its last known one.

mod merge;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures::future::join_all;
use serde::de::IgnoredAny;
use service_client::{Call, CallContext, Peers, Service};
use tokio::time::Instant;
use utoipa::openapi::OpenApi;

/// A service has this long to tell its document.
const PATIENCE: Duration = Duration::from_secs(2);
/// While services are missing, they are asked this soon again; twice as long each time.
const SOON: Duration = Duration::from_secs(1);
/// Documents change when a service is replaced.
const SELDOM: Duration = Duration::from_secs(30);

/// The documents of the fleet.
pub(crate) struct Documents {
    own: OpenApi,
    peers: Peers,
    known: Mutex<Known>,
    /// One look at a time.
    looked: tokio::sync::Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Known {
    /// As they were told: a tree of one takes ten times the memory.
    documents: BTreeMap<Service, Bytes>,
    merged: Option<Arc<OpenApi>>,
}

impl Documents {
    /// `own` says what the gateway answers itself.
    pub(crate) fn new(own: OpenApi, peers: Peers) -> Self {
        Self {
            own,
            peers,
            known: Mutex::default(),
            looked: tokio::sync::Mutex::default(),
        }
    }

    /// All that is known; looks again first when a service is missing that may have come up since.
    pub(crate) async fn merged(&self) -> OpenApi {
        if self.some_missing() {
            self.look_again(SOON).await;
        }
        let mut known = self.known();
        let known = &mut *known;
        let merged = known
            .merged
            .get_or_insert_with(|| Arc::new(merge_all(&self.own, &known.documents)));
        OpenApi::clone(merged)
    }

    /// Keeps up with the services.
    pub(crate) async fn follow(&self) {
        let mut pause = SOON;
        loop {
            self.look_again(SOON).await;
            pause = if self.some_missing() {
                (pause * 2).min(SELDOM)
            } else {
                SELDOM
            };
            tokio::time::sleep(pause).await;
        }
    }

    /// Asks all services, unless somebody did within `fresh`.
    async fn look_again(&self, fresh: Duration) {
        let mut looked = self.looked.lock().await;
        if looked.is_some_and(|at| at.elapsed() < fresh) {
            return;
        }
        let told = join_all(others().map(|service| self.ask(service))).await;
        let mut known = self.known();
        for (service, document) in told.into_iter().flatten() {
            if known.documents.get(&service) != Some(&document) {
                known.documents.insert(service, document);
                known.merged = None;
            }
        }
        *looked = Some(Instant::now());
    }

    /// A service that is not there is not called: it would count against it.
    async fn ask(&self, service: Service) -> Option<(Service, Bytes)> {
        let context = CallContext::within(PATIENCE);
        if !self.peers.is_ready(&context, service).await {
            return None;
        }
        let call = Call::get(service, ["openapi.json"]).anonymous();
        let told = match self.peers.send(&context, &call).await {
            Ok(answer) => answer.json().map(|IgnoredAny| answer.body),
            Err(error) => Err(error),
        };
        told.inspect_err(|error| tracing::debug!(%error, "an API document cannot be had"))
            .ok()
            .map(|document| (service, document))
    }

    fn some_missing(&self) -> bool {
        self.known().documents.len() < others().count()
    }

    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn others() -> impl Iterator<Item = Service> {
    Service::ALL
        .into_iter()
        .filter(|service| *service != Service::Gateway)
}

fn merge_all(own: &OpenApi, documents: &BTreeMap<Service, Bytes>) -> OpenApi {
    let mut merged = own.clone();
    for (service, document) in documents {
        match merge::part_of(*service, document) {
            Ok(part) => merged.merge(part),
            Err(error) => tracing::warn!(%service, %error, "its API document cannot be read"),
        }
    }
    merged
}
