use emulators::faults::FaultProxy;
use service_client::Service;

use super::Ground;

/// Proxies before what services stand on, which do harm when they are told to.
pub struct Proxies {
    /// Before product's documents alone: the other services' are as they were.
    pub firestore: FaultProxy,
    /// Before Pub/Sub as auth alone knows it, which publishes and hears nothing: the emulator never finds out that one of its
    /// streams was cut, and gives it events for ever.
    pub pubsub: FaultProxy,
    pub storage: FaultProxy,
    pub redis: FaultProxy,
    /// Before Secret Manager and Cloud KMS.
    pub keys: FaultProxy,
}

impl Proxies {
    /// From now on the services' ways lead through them.
    pub async fn on(ground: &mut Ground) -> Self {
        let product = &ground.places[&Service::Product];
        let (redis, database) = product
            .redis
            .trim_start_matches("redis://")
            .split_once('/')
            .expect("a database's number");
        let proxies = Self {
            firestore: FaultProxy::before(&product.firestore).await,
            pubsub: FaultProxy::before(&product.pubsub).await,
            storage: FaultProxy::before(&product.storage).await,
            redis: FaultProxy::before(redis).await,
            keys: FaultProxy::before(&product.keys).await,
        };
        let redis = format!("{}/{database}", proxies.redis.url.replace("http", "redis"));
        ground.storage.is_known_as(&proxies.storage.url);
        for (service, places) in &mut ground.places {
            places.storage.clone_from(&proxies.storage.url);
            places.redis.clone_from(&redis);
            places.keys.clone_from(&proxies.keys.url);
            match service {
                Service::Product => places.firestore.clone_from(&proxies.firestore.url),
                Service::Auth => places.pubsub.clone_from(&proxies.pubsub.url),
                _ => {}
            }
        }
        proxies
    }
}
