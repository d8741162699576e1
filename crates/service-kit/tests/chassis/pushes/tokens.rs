//! Who may push: the one account, with a token of Google's for this door.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::{Value, json};
use service_kit::harness::{GoogleKeys, Mood};

use super::{
    kiln::{DELETIONS, Kiln, envelope},
    settled,
};
use crate::reply::Ask;

fn with(claims: &Value, name: &str, value: Value) -> Value {
    let mut changed = claims.clone();
    changed[name] = value;
    changed
}

/// Signed with what everybody knows.
fn signed_with_the_public_key(google: &GoogleKeys, claims: &Value) -> String {
    let header = Header {
        kid: Some("key-1".to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    jsonwebtoken::encode(&header, claims, &EncodingKey::from_secret(&google.public_key())).unwrap()
}

#[tokio::test]
async fn no_other_token_is_believed() {
    let kiln = Kiln::start().await;
    settled(&kiln, &envelope(&kiln.deletion())).await;
    let (google, stranger) = (&kiln.google, GoogleKeys::start().await);
    let (good, now) = (kiln.claims(), kiln.kit.clock.unix());
    let under = |header: Value| google.signs_under(&header, &good);
    let none = {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let header = json!({ "alg": "none", "typ": "JWT", "kid": "key-1" });
        format!("{}.{}.", part(&header), part(&good))
    };
    let signed = google.signs(&good);
    let mut tokens = vec![
        ("a foreign key", stranger.signs(&good)),
        ("none", none),
        (
            "none, signed",
            under(json!({ "alg": "none", "typ": "JWT", "kid": "key-1" })),
        ),
        (
            "HS256 by name",
            under(json!({ "alg": "HS256", "typ": "JWT", "kid": "key-1" })),
        ),
        (
            "HS256 with the public key",
            signed_with_the_public_key(google, &good),
        ),
        (
            "an unknown key",
            under(json!({ "alg": "RS256", "typ": "JWT", "kid": "key-9" })),
        ),
        ("no key's name", under(json!({ "alg": "RS256", "typ": "JWT" }))),
        (
            "a token for APIs",
            under(json!({ "alg": "RS256", "typ": "at+jwt", "kid": "key-1" })),
        ),
        ("cut off", signed[..signed.len() - 3].to_owned()),
        (
            "without a signature",
            signed[..=signed.rfind('.').unwrap()].to_owned(),
        ),
        ("nonsense", "a.b.c".to_owned()),
        ("too long", "a".repeat(9_000)),
        ("empty", String::new()),
    ];
    for (name, value) in [
        ("aud", json!("https://product.example")),
        (
            "aud",
            json!("https://product.example/internal/events/product.user-deleted"),
        ),
        ("aud", json!("https://product.example/internal/events/")),
        ("aud", json!([super::kiln::ENDPOINT])),
        ("aud", Value::Null),
        ("iss", json!("https://accounts.google.com/")),
        ("iss", json!("https://securetoken.google.com/kilns-of-khurja")),
        ("iss", Value::Null),
        ("sub", json!("")),
        ("exp", json!(now)),
        ("exp", json!(now - 1)),
        ("exp", Value::Null),
        ("iat", json!(now + 60)),
        ("nbf", json!(now + 60)),
        ("email", Value::Null),
        ("email_verified", json!("true")),
        ("email_verified", Value::Null),
    ] {
        tokens.push((name, google.signs(&with(&good, name, value))));
    }
    let deletion = kiln.deletion();
    let body = envelope(&deletion).to_string();
    for (name, token) in tokens {
        let refused = kiln
            .unsigned(DELETIONS.name, body.clone())
            .bearer_auth(token)
            .ask()
            .await;
        assert_eq!(refused.status, 401, "{name}: {refused:?}");
        refused.expect_problem(401, "invalid_token");
    }
    assert_eq!(kiln.effects(&deletion).await, 0);
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        let token = google.signs(&with(&good, "iss", json!(issuer)));
        let told = kiln
            .unsigned(DELETIONS.name, body.clone())
            .bearer_auth(token)
            .ask()
            .await;
        told.expect(204);
    }
}

#[tokio::test]
async fn one_token_stands_where_one_is_expected() {
    let kiln = Kiln::start().await;
    let (token, body) = (kiln.google.signs(&kiln.claims()), envelope(&kiln.deletion()));
    let push = || kiln.unsigned(DELETIONS.name, body.to_string());
    push().ask().await.expect_problem(401, "unauthenticated");
    for refused in [
        push().bearer_auth(&token).bearer_auth(&token),
        push().basic_auth("pusher", Some(&token)),
        push().header("authorization", &token),
        push().header("authorization", "Bearer"),
    ] {
        refused.ask().await.expect_problem(401, "invalid_token");
    }
    // Where the fleet's own tokens are, Google's counts for nothing.
    let elsewhere = push()
        .header("x-service-token", &token)
        .header("x-serverless-authorization", &token);
    elsewhere.ask().await.expect_problem(401, "unauthenticated");
    // And nothing else is looked at before it.
    for (path, body) in [("product.unknown", "{}".into()), ("%ff", vec![b'{'; 16 << 20])] {
        kiln.unsigned(path, body)
            .ask()
            .await
            .expect_problem(401, "unauthenticated");
    }
}

#[tokio::test]
async fn only_the_one_account_may_push() {
    let kiln = Kiln::start().await;
    let body = envelope(&kiln.deletion()).to_string();
    for (name, value) in [
        ("email", json!("another@kilns-of-khurja.iam.gserviceaccount.com")),
        ("email", json!("pusher@another.iam.gserviceaccount.com")),
        ("email", json!("PUSHER@kilns-of-khurja.iam.gserviceaccount.com")),
        ("email_verified", json!(false)),
    ] {
        let token = kiln.google.signs(&with(&kiln.claims(), name, value));
        let refused = kiln
            .unsigned(DELETIONS.name, body.clone())
            .bearer_auth(token)
            .ask()
            .await;
        refused.expect_problem(403, "forbidden");
    }
}

#[tokio::test]
async fn while_googles_keys_are_not_to_be_had_a_push_must_come_again() {
    let kiln = Kiln::start().await;
    kiln.google.is(Mood::Refuses(500));
    let body = envelope(&kiln.deletion());
    let refused = kiln.pushes(DELETIONS.name, body.to_string()).await;
    refused.expect_problem(503, "keys_unavailable");
    kiln.google.is(Mood::Well);
    kiln.kit.clock.advance(chrono::Duration::seconds(2)); // keys are asked for again
    settled(&kiln, &body).await;
}
