use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use serde_json::Value;
use service_kit::harness::Harness;

use crate::people::{Auth, Person, eventually};

async fn published(auth: &Auth) -> Vec<String> {
    let keys = auth.get("/auth/.well-known/jwks.json").await.expect(200);
    keys["keys"]
        .as_array()
        .unwrap()
        .iter()
        .map(|key| key["kid"].as_str().unwrap().to_owned())
        .collect()
}

fn key_of(person: &Person) -> String {
    let header = URL_SAFE_NO_PAD
        .decode(person.access.split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    header["kid"].as_str().unwrap().to_owned()
}

/// Rotates as another process would, and waits until the service has noticed.
async fn rotate(auth: &Auth, stolen: bool) {
    let before = published(auth).await;
    auth::commands::rotate_keys(auth.0.kit.clone(), stolen)
        .await
        .unwrap();
    let noticed = async || (published(auth).await != before).then_some(());
    eventually("the rotation", noticed).await;
}

#[tokio::test]
async fn rotation_is_never_an_outage() {
    let auth = Auth::start().await;
    let before = auth.artisan().await;
    let old = key_of(&before);
    rotate(&auth, false).await;
    let keys = published(&auth).await;
    assert_eq!((keys.len(), &keys[0]), (2, &old));
    let new = keys[1].clone();

    auth.pass(Duration::minutes(14));
    let meanwhile = auth.artisan().await;
    assert_eq!(key_of(&meanwhile), old);
    before.get(&auth, "/auth/verify").await.expect(200);
    auth.pass(Duration::minutes(1));
    let after = auth.artisan().await;
    assert_eq!(key_of(&after), new);
    for person in [&meanwhile, &after] {
        person.get(&auth, "/auth/verify").await.expect(200);
    }
    auth.pass(Duration::minutes(13));
    meanwhile.get(&auth, "/auth/verify").await.expect(200);
    rotate(&auth, false).await;
    let keys = published(&auth).await;
    assert_eq!(keys[..2], [old, new.clone()], "both are still needed");
    meanwhile.get(&auth, "/auth/verify").await.expect(200);

    auth.pass(Duration::minutes(18));
    rotate(&auth, false).await;
    assert_eq!(
        published(&auth).await[0],
        new,
        "the last token of the first key is long gone"
    );
}

#[tokio::test]
async fn rotating_twice_is_rotating_once_while_a_key_waits() {
    let auth = Auth::start().await;
    rotate(&auth, false).await;
    let keys = published(&auth).await;
    let said = auth::commands::rotate_keys(auth.0.kit.clone(), false)
        .await
        .unwrap();
    assert!(said.contains("waits already"), "{said}");
    assert_eq!(published(&auth).await, keys);
}

#[tokio::test]
async fn a_stolen_key_is_withdrawn_at_once_and_refreshing_goes_on() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    rotate(&auth, true).await;
    assert!(!published(&auth).await.contains(&key_of(&sita)));
    sita.get(&auth, "/auth/verify")
        .await
        .expect_problem(401, "invalid_token");
    let sita = Person::of(&auth.refresh(&sita.refresh).await.expect(200));
    sita.get(&auth, "/auth/verify").await.expect(200);
}

#[tokio::test]
async fn keys_are_rotated_by_themselves_every_thirty_days() {
    let first = Auth::start().await;
    let old = published(&first).await;
    first.pass(Duration::days(30) + Duration::minutes(6));
    let second = Auth(Harness::of(auth::SERVICE).beside(&first.0).start().await);
    let rotated = async || (published(&second).await.len() == 2).then_some(());
    eventually("the sweep", rotated).await;
    assert_eq!(published(&second).await[0], old[0]);
    let followed = async || (published(&first).await.len() == 2).then_some(());
    eventually("the other instance", followed).await;
}

#[tokio::test]
async fn instances_agree_on_one_first_key() {
    let first = Auth::start().await;
    let second = Auth(Harness::of(auth::SERVICE).beside(&first.0).start().await);
    assert_eq!(published(&first).await, published(&second).await);
    let sita = first.artisan().await;
    sita.get(&second, "/auth/verify").await.expect(200);
}
