use std::{collections::BTreeMap, path::Path, sync::Arc};

use backends::{Clock, Ids};
use emulators::{Corrected, FIRESTORE, PUBSUB, STORAGE, Vault, redis_url};
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::GoogleKeys;
use tokio::task::spawn_blocking;

use super::machine::Machine;
use crate::{
    fleet::http,
    ledger::{Footing, LEDGER, READER},
};

/// The secrets that somebody makes before the first start.
const SECRETS: [&str; 2] = ["craftchain-auth-hashes", "craftchain-media-links"];

/// A project of its own: databases, topics, buckets, keys, and machines that are somebody.
pub struct Ground {
    project: String,
    pub(super) places: BTreeMap<Service, Places>,
    pub(super) storage: Corrected,
    _vault: Vault,
    keys: Arc<GoogleKeys>,
    machines: BTreeMap<Service, Machine>,
}

/// Where a service finds what it stands on; URLs.
#[derive(Clone)]
pub(super) struct Places {
    pub(super) firestore: String,
    pub(super) pubsub: String,
    pub(super) storage: String,
    pub(super) redis: String,
    /// Secret Manager and Cloud KMS.
    pub(super) keys: String,
}

impl Ground {
    /// Starts what is not running yet, and makes a project.
    pub async fn prepare() -> Self {
        let id = Ids::new(Clock::system()).uuid().simple().to_string();
        let project = format!("kilns-{}", &id[20..]);
        let keys = Arc::new(GoogleKeys::start().await);
        let mut machines = BTreeMap::new();
        for service in Service::ALL {
            machines.insert(service, Machine::of(service, &project, &keys).await);
        }
        let vault = Vault::start(&project).await;
        for secret in SECRETS {
            vault.keeps(secret, &format!("{secret} of {project}"));
        }
        let storage = Corrected::before(&running(|| STORAGE.url()).await).await;
        let places = Places {
            firestore: running(|| FIRESTORE.url()).await,
            pubsub: running(|| PUBSUB.url()).await,
            storage: storage.url.clone(),
            redis: running(redis_url).await,
            keys: vault.url.clone(),
        };
        let ground = Self {
            project,
            places: Service::ALL.map(|service| (service, places.clone())).into(),
            storage,
            _vault: vault,
            keys,
            machines,
        };
        for service in Service::ALL {
            ground.makes_bucket(service.name()).await;
        }
        ground.makes_bucket("outbox").await;
        ground
    }

    /// The settings of a service.
    pub fn settings(&self, service: Service) -> Vec<(&'static str, String)> {
        let places = &self.places[&service];
        vec![
            ("CRAFTCHAIN_PROFILE", "google".to_owned()),
            ("GOOGLE_CLOUD_PROJECT", self.project.clone()),
            ("FIRESTORE_EMULATOR_HOST", host(&places.firestore)),
            ("PUBSUB_EMULATOR_HOST", host(&places.pubsub)),
            ("STORAGE_EMULATOR_HOST", host(&places.storage)),
            ("REDIS_URL", places.redis.clone()),
            ("CRAFTCHAIN_KEYS_EMULATOR_HOST", host(&places.keys)),
            ("CRAFTCHAIN_GOOGLE_KEYS_URL", self.keys.url()),
            ("GCE_METADATA_HOST", self.machines[&service].address.clone()),
        ]
    }

    /// What a ledger and its reader stand on here, in the places of two services; they log in `folder`.
    pub fn footing(&self, folder: &Path) -> Footing {
        Footing::with(folder, self.settings(LEDGER.peer), self.settings(READER.peer))
    }

    /// The names of the objects in a bucket that begin so.
    pub(super) async fn objects(&self, bucket: &str, begin: &str) -> Vec<String> {
        let asked = http(|client| client)
            .get(self.objects_url(bucket))
            .query(&[("prefix", begin)]);
        let listed = asked.send().await.expect("a list").bytes().await.expect("a list");
        let listed: Value = serde_json::from_slice(&listed).expect("JSON");
        let items = listed["items"].as_array().into_iter().flatten();
        items
            .filter_map(|item| item["name"].as_str().map(str::to_owned))
            .collect()
    }

    /// What is in the objects of a bucket whose names begin so.
    pub(super) async fn texts(&self, bucket: &str, begin: &str) -> Vec<String> {
        let mut texts = Vec::new();
        for name in self.objects(bucket, begin).await {
            let name = name.replace('/', "%2F");
            let asked = http(|client| client).get(format!("{}/{name}?alt=media", self.objects_url(bucket)));
            let text = asked.send().await.expect("an object").text().await;
            texts.push(text.expect("a text"));
        }
        texts
    }

    fn objects_url(&self, bucket: &str) -> String {
        format!(
            "{}/storage/v1/b/{}-craftchain-{bucket}/o",
            self.storage.url, self.project
        )
    }

    async fn makes_bucket(&self, name: &str) {
        let made = http(|client| client)
            .post(format!(
                "{}/storage/v1/b?project={}",
                self.storage.url, self.project
            ))
            .json(&json!({ "name": format!("{}-craftchain-{name}", self.project) }));
        let made = made.send().await.expect("a bucket");
        assert!(made.status().is_success(), "{made:?}");
    }
}

/// A server may take its time to start.
async fn running(server: fn() -> String) -> String {
    spawn_blocking(server).await.expect("a server that runs")
}

fn host(url: &str) -> String {
    url.trim_start_matches("http://").to_owned()
}
