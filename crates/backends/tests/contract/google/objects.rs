use std::{sync::Arc, time::Duration};

use aws_lc_rs::{
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
};
use backends::{
    Clock, Ids,
    google::Identity,
    objects::{
        Objects,
        storage::{Address, StorageBucket},
        stream_of,
    },
};
use base64::{Engine, engine::general_purpose::STANDARD};
use emulators::{Corrected, STORAGE};
use serde_json::json;
use tokio::{runtime::Handle, task::block_in_place};

use crate::objects::Fixture;

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
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(corrected),
    }
}

crate::objects_suite!(super::fixture);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_urls() {
    let bucket = bucket(&address().await).await;
    let url = bucket.signed_url("a", Duration::from_mins(1)).await.unwrap();
    assert_eq!(url, None);
}

/// A service account's key, as Google gives it.
fn key() -> String {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let pem = format!(
        "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n",
        STANDARD.encode(der.as_ref())
    );
    json!({
        "type": "service_account", "project_id": "kilns", "private_key_id": "1", "private_key": pem,
        "client_email": "craftchain-media@kilns.iam.gserviceaccount.com", "client_id": "1",
        "token_uri": "https://oauth2.googleapis.com/token", "universe_domain": "googleapis.com",
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_url_lets_anyone_read_the_object_for_a_while() {
    let address = Address {
        signs_with: Some(key().into()),
        ..address().await
    };
    let bucket = bucket(&address).await;
    let name = "photos/मधुबनी 1.txt";
    bucket.put(name, "text/plain", stream_of("bytes")).await.unwrap();
    let url = bucket
        .signed_url(name, Duration::from_mins(10))
        .await
        .unwrap()
        .unwrap();
    for part in [
        "X-Goog-Algorithm=GOOG4-RSA-SHA256",
        "X-Goog-Expires=600",
        "X-Goog-Credential=craftchain-media%40kilns.iam.gserviceaccount.com%2F",
        "X-Goog-Signature=",
    ] {
        assert!(url.contains(part), "{part}: {url}");
    }
    let read = reqwest::get(&url).await.unwrap();
    assert_eq!(read.status(), 200, "{url}");
    assert_eq!(read.text().await.unwrap(), "bytes");
    let long = bucket
        .signed_url(name, Duration::from_hours(24 * 30))
        .await
        .unwrap()
        .unwrap();
    assert!(
        long.contains("X-Goog-Expires=604800"),
        "no longer than a week: {long}"
    );
}
