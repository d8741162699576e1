use std::{sync::Arc, time::Duration};

use backends::{
    Error,
    google::Identity,
    keys::{
        Keys,
        cloud::{CloudKeys, Place},
    },
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use emulators::{
    Vault,
    faults::{ALL, AT_ONCE, DEADLINE, Fault, FaultProxy, recovers},
};
use futures::future::join_all;
use secrecy::ExposeSecret;
use serde_json::Value;
use tokio::time::Instant;

use crate::keys::Fixture;

/// What a bearer may take.
const BEARER: Duration = Duration::from_millis(3_100);
/// Where answers of a hundred bytes more than their head break off within their body.
const IN_THE_BODY: Fault = Fault::BreaksOff(160);

fn keys(vault: &Vault) -> CloudKeys {
    keys_of(&vault.url, &vault.url)
}

fn keys_of(google: &str, machine: &str) -> CloudKeys {
    CloudKeys::at(&Place {
        project: "kilns".to_owned(),
        location: "global".to_owned(),
        ring: "craftchain".to_owned(),
        stand_in: Some(google.to_owned()),
        identity: Identity::Metadata(machine.to_owned()),
    })
    .unwrap()
}

fn faults() -> impl Iterator<Item = Fault> {
    ALL.into_iter().chain([IN_THE_BODY])
}

/// With every secret that the contract asks for, as whoever sets a project up makes those of the services.
async fn fixture() -> Fixture {
    let vault = Vault::start("kilns").await;
    for (n, id) in [
        "a",
        "auth",
        "auth-2",
        "serviceproduct--ad8f385d9ed7f1d4062f914b4630d0be",
        "a_b",
        "A",
    ]
    .iter()
    .enumerate()
    {
        let bytes = [u8::try_from(n).unwrap(); 32];
        vault.keeps(&format!("craftchain-{id}"), &URL_SAFE_NO_PAD.encode(bytes));
    }
    let place = Arc::new(vault);
    let kept = place.clone();
    let open = move || -> Arc<dyn Keys> { Arc::new(keys(&place)) };
    Fixture {
        one: open(),
        another: Box::new(open),
        pass: Box::new(|time| Box::pin(tokio::time::sleep(time))),
        _keep: Box::new(kept),
    }
}

crate::keys_suite!(super::fixture);

#[tokio::test]
async fn a_secret_that_nobody_made_is_named() {
    let vault = Vault::start("kilns").await;
    let Err(Error::Other(why)) = keys(&vault).secret("auth-hashes").await else {
        panic!("nobody made it");
    };
    assert!(why.contains("craftchain-auth-hashes"), "{why}");
}

#[tokio::test]
async fn what_was_damaged_on_its_way_is_refused() {
    let vault = Vault::start("kilns").await;
    vault.keeps("craftchain-a", "secret");
    let keys = keys(&vault);
    keys.sign("a", b"message").await.unwrap();
    vault.damages();
    assert!(matches!(
        keys.sign("a", b"message").await,
        Err(Error::Unavailable(_))
    ));
    assert!(matches!(
        keys.secret("a").await.map(drop),
        Err(Error::Unavailable(_))
    ));
}

#[tokio::test]
async fn a_bearer_is_for_a_scope_of_googles_or_for_a_service() {
    let vault = Vault::start("kilns").await;
    let keys = keys(&vault);
    let bearer = async |audience: &str| {
        keys.bearer(audience)
            .await
            .unwrap()
            .unwrap()
            .expose_secret()
            .to_owned()
    };
    assert_eq!(
        bearer("https://www.googleapis.com/auth/cloud-platform").await,
        "cloud-platform"
    );
    assert_eq!(bearer("https://www.googleapis.com/auth/pubsub").await, "pubsub");
    let token = bearer("craftchain-product").await;
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
    let claims: Value = serde_json::from_slice(&claims).unwrap();
    assert_eq!(
        (&claims["aud"], &claims["format"]),
        (&"craftchain-product".into(), &"full".into())
    );
    for _ in 0..10 {
        bearer("craftchain-product").await;
        bearer("https://www.googleapis.com/auth/pubsub").await;
    }
    assert_eq!(vault.bearers(), 3, "each is kept");
}

#[tokio::test]
async fn an_emulator_is_told_nothing() {
    let place = Place {
        project: "kilns".to_owned(),
        location: "global".to_owned(),
        ring: "craftchain".to_owned(),
        stand_in: None,
        identity: Identity::Nobody,
    };
    assert!(
        CloudKeys::at(&place)
            .unwrap()
            .bearer("craftchain-product")
            .await
            .unwrap()
            .is_none()
    );
}

/// Every fault at once, each on a machine of its own: they take as long as the slowest.
#[tokio::test]
async fn whatever_google_does_there_is_an_answer_in_time_and_five_failures_are_enough() {
    let all = faults().map(|fault| async move {
        let vault = Vault::start("kilns").await;
        let proxy = FaultProxy::before(&vault.url).await;
        let keys = keys_of(&proxy.url, &vault.url);
        let public = keys.public_key("a").await.unwrap();
        proxy.has(fault);
        let begun = Instant::now();
        for answer in join_all((0..5).map(|_| keys.sign("a", b"message"))).await {
            let unavailable = matches!(answer, Err(Error::Unavailable(_)));
            assert!(unavailable, "{fault:?}: {answer:?}");
        }
        assert!(begun.elapsed() < DEADLINE, "{fault:?}: {:?}", begun.elapsed());
        let heard = proxy.heard();
        for _ in 0..100 {
            let begun = Instant::now();
            keys.sign("a", b"message").await.unwrap_err();
            assert!(begun.elapsed() < AT_ONCE, "{fault:?}: {:?}", begun.elapsed());
        }
        assert_eq!(proxy.heard(), heard, "{fault:?}: it is left alone");
        let known = keys.public_key("a").await.unwrap();
        assert_eq!(known, public, "what is known needs nobody");
        proxy.has(Fault::Nothing);
        recovers(async || keys.sign("a", b"message").await).await;
    });
    join_all(all).await;
}

#[tokio::test]
async fn whatever_the_metadata_server_does_there_is_an_answer_in_time_and_later_a_bearer() {
    // One after the other: Google's library reads the machine's certificates whenever it asks, which takes its time.
    for fault in faults() {
        let vault = Vault::start("kilns").await;
        let proxy = FaultProxy::before(&vault.url).await;
        let keys = keys_of(&vault.url, &proxy.url);
        proxy.has(fault);
        let bearer = async || keys.bearer("https://www.googleapis.com/auth/pubsub").await;
        let begun = Instant::now();
        for answer in join_all((0..5).map(|_| bearer())).await {
            let answer = answer.map(drop);
            let unavailable = matches!(answer, Err(Error::Unavailable(_)));
            assert!(unavailable, "{fault:?}: {answer:?}");
        }
        assert!(begun.elapsed() < BEARER, "{fault:?}: {:?}", begun.elapsed());
        let heard = proxy.heard();
        for _ in 0..100 {
            assert!(bearer().await.is_err());
        }
        assert_eq!(proxy.heard(), heard, "{fault:?}: it is left alone");
        proxy.has(Fault::Nothing);
        recovers(bearer).await;
        keys.ping().await.unwrap();
    }
}
