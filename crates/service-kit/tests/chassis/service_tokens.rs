//! Service to service: bound to the callee, and to a table of who may call what.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service_client::Service;
use service_kit::{App, harness::Harness};

use crate::{
    bowls,
    reply::{Ask, Reply},
};

/// The bowls as auth would serve them: product may read `/internal/users/{id}` there.
const AUTH: service_kit::Service = service_kit::Service {
    name: "auth",
    peer: Service::Auth,
    build: |kit| Box::pin(async move { Ok::<App, _>(bowls::build(&kit)) }),
    ..bowls::SERVICE
};

async fn called(kiln: &Harness, token: &str) -> Reply {
    kiln.get("/internal/users/1")
        .header("x-service-token", token)
        .ask()
        .await
}

async fn forged(kiln: &Harness, key: &str, header: Value, claims: &Value) -> String {
    let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let message = format!("{}.{}", part(&header), part(claims));
    let signature = kiln
        .kit
        .backends
        .keys
        .sign(key, message.as_bytes())
        .await
        .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

#[tokio::test]
async fn the_table_says_who_may_call() {
    let kiln = Harness::start(AUTH).await;
    let product = kiln.service_token(Service::Product).await;
    assert_eq!(called(&kiln, &product).await.expect(200).body, "product");
    let media = kiln.service_token(Service::Media).await;
    called(&kiln, &media).await.expect_problem(403, "forbidden");
    kiln.get("/internal/users/1")
        .ask()
        .await
        .expect_problem(401, "unauthenticated");
    let admin = kiln.admin().await;
    let person = kiln.get("/internal/users/1").bearer_auth(&admin.token);
    person.ask().await.expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn no_other_service_token_is_believed() {
    let kiln = Harness::start(AUTH).await;
    let now = kiln.kit.clock.unix();
    let header = || json!({ "alg": "EdDSA", "typ": "svc+jwt" });
    let claims =
        json!({ "iss": "product", "sub": "product", "aud": "auth", "iat": now, "exp": now + 60, "jti": "1" });
    let with = |name: &str, value: Value| {
        let mut changed = claims.clone();
        changed[name] = value;
        changed
    };
    let good = forged(&kiln, "service-product", header(), &claims).await;
    called(&kiln, &good).await.expect(200);
    let mut vectors = vec![
        ("access token", kiln.artisan().await.token),
        (
            "another's key",
            forged(&kiln, "service-media", header(), &claims).await,
        ),
        (
            "none",
            forged(
                &kiln,
                "service-product",
                json!({ "alg": "none", "typ": "svc+jwt" }),
                &claims,
            )
            .await,
        ),
        (
            "another type",
            forged(
                &kiln,
                "service-product",
                json!({ "alg": "EdDSA", "typ": "at+jwt" }),
                &claims,
            )
            .await,
        ),
        (
            "a key of its own choice",
            forged(
                &kiln,
                "service-product",
                json!({ "alg": "EdDSA", "typ": "svc+jwt", "kid": "x" }),
                &claims,
            )
            .await,
        ),
        ("nonsense", "a.b.c".to_owned()),
        ("empty", String::new()),
        ("cut off", good[..good.len() - 2].to_owned()),
    ];
    for (name, value) in [
        ("aud", json!("product")),
        ("aud", json!(["auth"])),
        ("iss", json!("media")),
        ("iss", json!("../auth")),
        ("iss", json!("nobody")),
        ("sub", json!("gateway")),
        ("exp", json!(now)),
        ("exp", json!(now + 3600)),
        ("iat", json!(now + 60)),
        ("exp", Value::Null),
    ] {
        let token = forged(&kiln, "service-product", header(), &with(name, value)).await;
        vectors.push((name, token));
    }
    for (name, token) in vectors {
        let refused = called(&kiln, &token).await;
        assert_eq!(refused.status, 401, "{name}: {refused:?}");
        refused.expect_problem(401, "invalid_token");
    }
    let twice = kiln
        .get("/internal/users/1")
        .header("x-service-token", &good)
        .header("x-service-token", &good);
    twice.ask().await.expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn a_service_token_ends_after_a_minute() {
    let kiln = Harness::start(AUTH).await;
    let token = kiln.service_token(Service::Product).await;
    called(&kiln, &token).await.expect(200);
    kiln.clock().advance(chrono::Duration::seconds(61));
    called(&kiln, &token).await.expect_problem(401, "invalid_token");
}
