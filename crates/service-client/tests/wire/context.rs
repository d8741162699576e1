use std::{future::pending, sync::Arc, time::Duration};

use async_trait::async_trait;
use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::{Value, json};
use service_client::{
    Call, CallContext, Cause, ClientError, Peers, Service, ServiceToken, ServiceTokens, TokenError,
};
use tokio::time::Instant;

use crate::peer::{Peer, Request, quick, soon, urls};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

fn time_left(request: &Request) -> Duration {
    CallContext::remaining_from(&request.headers).unwrap()
}

#[tokio::test]
async fn a_call_carries_what_it_inherits() {
    let auth = Peer::statuses([200]).await;
    let context = soon()
        .traced(TRACE)
        .on_behalf_of("her-bearer".to_owned().into())
        .idempotent("key-1");
    let _: Value = auth
        .called()
        .post(
            &context,
            Service::Auth,
            &["internal", "users"],
            &json!({ "id": 1 }),
        )
        .await
        .unwrap();

    let [request] = auth.heard().try_into().unwrap();
    assert_eq!(request.method, "POST");
    assert_eq!(request.uri, "/internal/users");
    assert_eq!(request.body, r#"{"id":1}"#);
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("x-service-token"), Some("for-auth"));
    assert_eq!(
        request.header("x-serverless-authorization"),
        Some("Bearer google-for-auth")
    );
    assert_eq!(request.header("authorization"), Some("Bearer her-bearer"));
    assert_eq!(request.header("traceparent"), Some(TRACE));
    assert_eq!(request.header("idempotency-key"), Some("key-1"));
    assert!((Duration::from_secs(5)..=Duration::from_secs(10)).contains(&time_left(&request)));
}

#[tokio::test]
async fn a_call_of_the_services_own_has_no_user_and_a_reading_one_no_key() {
    let auth = Peer::statuses([200]).await;
    let context = soon().idempotent("key-1");
    let _: Value = auth.called().get(&context, Service::Auth, &["x"]).await.unwrap();

    let [request] = auth.heard().try_into().unwrap();
    assert_eq!(request.header("x-service-token"), Some("for-auth"));
    for name in ["authorization", "idempotency-key", "traceparent"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn the_keys_of_auth_are_read_without_a_token() {
    let key = json!({ "kty": "OKP", "crv": "Ed25519", "x": "AA", "kid": "1", "alg": "EdDSA", "use": "sig" });
    let other = json!({ "kty": "RSA", "n": "AA", "e": "AQAB", "kid": "2" });
    let auth = Peer::always(json!({ "keys": [key, other] }).to_string()).await;
    let jwks = auth.called().auth().jwks(&soon()).await.unwrap();

    assert_eq!(jwks.keys[0].x, "AA");
    assert_eq!(jwks.keys[1].crv, "", "a key of another kind is passed over");
    let [request] = auth.heard().try_into().unwrap();
    assert_eq!(request.uri, "/auth/.well-known/jwks.json");
    assert_eq!(request.header("x-service-token"), None);
    assert_eq!(request.header("x-serverless-authorization"), None);
}

#[tokio::test]
async fn a_retry_is_told_that_less_time_is_left() {
    let auth = Peer::answering(|before| async move {
        if before == 0 {
            tokio::time::sleep(Duration::from_millis(50)).await; // the time that the first attempt takes
            return StatusCode::BAD_GATEWAY.into_response();
        }
        "{}".into_response()
    })
    .await;
    let _: Value = auth.called().get(&soon(), Service::Auth, &["x"]).await.unwrap();

    let [first, second] = auth.heard().try_into().unwrap();
    assert!(time_left(&second) + Duration::from_millis(50) <= time_left(&first));
}

#[tokio::test]
async fn a_silent_peer_is_given_up_at_the_deadline() {
    let auth = Peer::answering(|_| pending()).await;
    let deadline = Instant::now() + Duration::from_millis(100);
    let asked = auth
        .called()
        .get::<Value>(&CallContext::until(deadline), Service::Auth, &["x"])
        .await;

    assert!(
        matches!(
            asked,
            Err(ClientError::DeadlineExceeded {
                service: Service::Auth
            })
        ),
        "{asked:?}"
    );
    assert!(Instant::now() >= deadline);
    assert_eq!(auth.times_asked(), 1);
}

#[tokio::test]
async fn after_its_deadline_a_call_is_not_even_sent() {
    let auth = Peer::statuses([200]).await;
    let late = CallContext::until(Instant::now());
    let asked = auth.called().get::<Value>(&late, Service::Auth, &["x"]).await;

    assert!(
        matches!(asked, Err(ClientError::DeadlineExceeded { .. })),
        "{asked:?}"
    );
    assert_eq!(auth.times_asked(), 0);
}

struct NoKeys;

#[async_trait]
impl ServiceTokens for NoKeys {
    async fn token_for(&self, _: Service) -> Result<ServiceToken, TokenError> {
        Err(TokenError("the key is gone".into()))
    }
}

#[tokio::test]
async fn a_service_that_cannot_say_who_it_is_does_not_call() {
    let auth = Peer::statuses([200]).await;
    let peers = Peers::with_policy(urls(auth.url()), Arc::new(NoKeys), quick()).unwrap();
    for _ in 0..10 {
        let asked = peers.send(&soon(), &Call::get(Service::Auth, ["x"])).await;
        let Err(ClientError::Unavailable {
            cause: Cause::Token(error),
            ..
        }) = asked
        else {
            panic!("{asked:?}");
        };
        assert_eq!(error.to_string(), "no service token: the key is gone");
    }
    assert_eq!(auth.times_asked(), 0);
}

#[tokio::test]
async fn secrets_are_not_in_what_is_printed() {
    let context = soon().on_behalf_of("canary".to_owned().into());
    assert!(!format!("{context:?}").contains("canary"));
}

#[tokio::test]
async fn a_header_cannot_be_smuggled_in() {
    let auth = Peer::statuses([200]).await;
    let context = soon().idempotent("key\r\nx-service-token: forged");
    let asked = auth
        .called()
        .post::<Value>(&context, Service::Auth, &["x"], &json!({}))
        .await;

    assert!(matches!(asked, Err(ClientError::Malformed { .. })), "{asked:?}");
    assert_eq!(auth.times_asked(), 0);
}
