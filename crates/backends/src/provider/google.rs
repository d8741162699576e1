use std::sync::Arc;

use config::{ExposeSecret, HostPort};

use super::Backends;
use crate::{
    Clock, Result,
    documents::{
        Schema, Store,
        firestore::{self, FirestoreDocuments},
    },
    events::{
        Push, PushDoor,
        pubsub::{self, PubSubEvents},
    },
    google::{Guarded, Identity},
    keys::{
        KeyRing,
        cloud::{self, CloudKeys},
    },
    limits::redis::RedisLimits,
    objects::{
        Bucket,
        storage::{self, StorageBucket},
    },
};

/// Where a service is pushed its events: a slash and the subscription's name follow.
const PUSHES: &str = "/internal/events";

/// Everything on Google Cloud, or on what stands in for it.
pub(super) struct Cloud {
    google: config::Google,
    clock: Clock,
}

impl Cloud {
    pub(super) fn new(google: config::Google, clock: Clock) -> Self {
        Self { google, clock }
    }

    pub(super) async fn open(&self, service: &str, schema: Schema) -> Result<Backends> {
        let documents = Guarded::documents(self.documents(service, schema).await?);
        let push = self.push();
        let events = Arc::new(self.events(documents.clone(), push.clone()).await?);
        let limits = RedisLimits::at(self.google.redis.expose_secret(), self.clock.clone())?;
        Ok(Backends {
            documents,
            pushes: push.map(|push| PushDoor {
                push,
                log: events.clone(),
            }),
            events: Guarded::events(events),
            objects: self.bucket(service).await?,
            limits: Arc::new(limits),
            keys: self.keys()?,
        })
    }

    pub(super) async fn bucket(&self, name: &str) -> Result<Bucket> {
        let emulator = self.google.emulators.storage.as_ref().map(HostPort::url);
        let address = storage::Address {
            bucket: format!("{}-{name}", self.google.buckets),
            identity: self.identity(emulator.is_some()),
            emulator,
            signs_with: None,
        };
        Ok(Arc::new(StorageBucket::connect(&address).await?))
    }

    async fn documents(&self, service: &str, schema: Schema) -> Result<Store> {
        let address = firestore::Address {
            project: self.google.project.clone(),
            database: format!("{}-{service}", self.google.databases),
            emulator: self.google.emulators.firestore.as_ref().map(HostPort::url),
        };
        let schema = schema.and(pubsub::COLLECTIONS);
        let store = FirestoreDocuments::connect(&address, schema, self.clock.clone()).await?;
        Ok(Arc::new(store))
    }

    /// What a service knows of its events is among its documents.
    async fn events(&self, ledger: Store, push: Option<Push>) -> Result<PubSubEvents> {
        let emulator = self.google.emulators.pubsub.as_ref().map(HostPort::url);
        let address = pubsub::Address {
            project: self.google.project.clone(),
            server: emulator.map_or(pubsub::Server::Google, pubsub::Server::Emulator),
            push,
        };
        PubSubEvents::connect(address, ledger, self.clock.clone()).await
    }

    fn push(&self) -> Option<Push> {
        let push = self.google.push.as_ref()?;
        Some(Push {
            endpoint: format!("{}{PUSHES}", push.url.as_str().trim_end_matches('/')),
            account: push.account.clone(),
        })
    }

    fn keys(&self) -> Result<KeyRing> {
        let stand_in = self.google.emulators.keys.as_ref().map(HostPort::url);
        let place = cloud::Place {
            project: self.google.project.clone(),
            location: self.google.ring.location.clone(),
            ring: self.google.ring.name.clone(),
            identity: self.identity(false),
            stand_in,
        };
        Ok(Arc::new(CloudKeys::at(&place)?))
    }

    /// Who asks: nobody where an emulator is asked.
    fn identity(&self, emulated: bool) -> Identity {
        match &self.google.emulators.metadata {
            _ if emulated => Identity::Nobody,
            Some(metadata) => Identity::Metadata(metadata.url()),
            None => Identity::Machine,
        }
    }
}

#[cfg(test)]
mod tests {
    use config::{Common, Environment, Profile, Source};

    use super::*;

    #[test]
    fn events_are_pushed_where_a_service_takes_them() {
        for url in ["https://product.example", "https://product.example/"] {
            let settings = Source::of([
                ("CRAFTCHAIN_PROFILE", "google"),
                ("GOOGLE_CLOUD_PROJECT", "kilns"),
                ("REDIS_URL", "redis://127.0.0.1:6379"),
                ("PUBSUB_PUSH_URL", url),
                ("PUBSUB_PUSH_ACCOUNT", "pusher@kilns.iam.gserviceaccount.com"),
            ]);
            let common = Common::read(&mut Environment::new(settings)).unwrap();
            let Profile::Google(google) = common.profile else {
                panic!("not the google profile");
            };
            let push = Cloud::new(*google, Clock::system()).push().unwrap();
            assert_eq!(push.endpoint, "https://product.example/internal/events");
            assert_eq!(push.account, "pusher@kilns.iam.gserviceaccount.com");
        }
    }
}
