mod disturbed;
mod faults;
mod late;
mod signed;

use std::{fmt::Debug, sync::Arc, time::Duration};

use backends::{
    Clock, Error, Ids, Result,
    google::Identity,
    objects::{
        ObjectInfo, Objects,
        storage::{Address, StorageBucket},
        stream_of,
    },
};
use bytes::Bytes;
use emulators::{
    Corrected, STORAGE,
    faults::{Fault, FaultProxy},
};
use serde_json::json;
use tokio::{
    runtime::Handle,
    task::block_in_place,
    time::{sleep, timeout},
};

use crate::objects::Fixture;

/// What an answer may take, however Cloud Storage is.
const DEADLINE: Duration = Duration::from_millis(10_100);

/// A bucket of its own.
async fn address() -> Address {
    let url = block_in_place(|| STORAGE.url());
    let bucket = Ids::new(Clock::system()).uuid().simple().to_string();
    let asked = reqwest::Client::builder().build().unwrap();
    let made = asked
        .post(format!("{url}/storage/v1/b?project=test"))
        .json(&json!({ "name": bucket }));
    assert!(made.send().await.unwrap().status().is_success());
    at(url, bucket)
}

fn at(url: String, bucket: String) -> Address {
    Address {
        bucket,
        emulator: Some(url),
        identity: Identity::Nobody,
        signs_with: None,
    }
}

async fn bucket(address: &Address) -> Arc<dyn Objects> {
    Arc::new(StorageBucket::connect(address).await.unwrap())
}

async fn fixture() -> Fixture {
    let direct = address().await;
    let corrected = Corrected::before(direct.emulator.as_deref().unwrap()).await;
    let address = at(corrected.url.clone(), direct.bucket);
    let one = bucket(&address).await;
    let another = move || block_in_place(|| Handle::current().block_on(bucket(&address)));
    Fixture {
        one,
        another: Box::new(another),
        pass: Box::new(|time| Box::pin(sleep(time))),
        _keep: Box::new(corrected),
    }
}

crate::objects_suite!(super::fixture);

/// A bucket behind a proxy that can do harm.
struct Stage {
    proxy: FaultProxy,
    bucket: Arc<dyn Objects>,
    /// The same one without the proxy.
    direct: Arc<dyn Objects>,
    address: Address,
    _corrected: Corrected,
}

impl Stage {
    async fn set() -> Self {
        let address = address().await;
        let corrected = Corrected::before(address.emulator.as_deref().unwrap()).await;
        let proxy = FaultProxy::before(&corrected.url).await;
        corrected.is_known_as(&proxy.url);
        Self {
            bucket: bucket(&at(proxy.url.clone(), address.bucket.clone())).await,
            direct: bucket(&address).await,
            address,
            proxy,
            _corrected: corrected,
        }
    }

    /// One for each fault. To make clients takes a while, and nobody may wait for an answer meanwhile.
    async fn for_each(faults: &[Fault]) -> Vec<(Fault, Self)> {
        let mut stages = Vec::new();
        for fault in faults {
            stages.push((*fault, Self::set().await));
        }
        stages
    }

    /// An object of any size, in one request.
    async fn seed(&self, name: &str, bytes: &Bytes) {
        let server = self.address.emulator.as_deref().unwrap();
        let url = format!("{server}/upload/storage/v1/b/{}/o", self.address.bucket);
        let asked = reqwest::Client::builder().build().unwrap().post(url);
        let asked = asked.query(&[("uploadType", "media"), ("name", name)]);
        let answer = asked.body(bytes.clone()).send().await.unwrap();
        assert!(answer.status().is_success());
    }
}

async fn put(bucket: &dyn Objects, name: &str, bytes: &Bytes) -> Result<ObjectInfo> {
    bucket.put(name, "text/plain", stream_of(bytes.clone())).await
}

/// What comes of it in time. A machine that is late is late with the time, too.
async fn in_time<T>(limit: Duration, what: &dyn Debug, work: impl Future<Output = T>) -> T {
    let done = timeout(limit, work).await;
    done.unwrap_or_else(|_| panic!("{what:?}: not within {limit:?}"))
}

/// Looks until it is so, but not for ever.
async fn until(wanted: &str, mut look: impl AsyncFnMut() -> bool) {
    let looks = async {
        while !look().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    in_time(Duration::from_mins(1), &wanted, looks).await;
}

/// Within ten seconds it is well again.
async fn recovers<T>(ask: impl AsyncFn() -> Result<T>) {
    let asks = async {
        while ask().await.is_err() {
            sleep(Duration::from_millis(50)).await;
        }
    };
    in_time(Duration::from_secs(10), &"well again", asks).await;
}

fn is_no_answer<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(Error::Unavailable(_) | Error::UnknownOutcome(_)))
}
