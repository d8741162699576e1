use std::{net::Ipv4Addr, time::Duration};

use http::{Method, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};
use service_client::{Call, CallContext, Cause, ClientError, Policy, Service};
use tokio::{net::TcpListener, time::Instant};
use url::Url;

use crate::peer::{HangsUp, Peer, peers, quick, soon};

fn unavailable(asked: Result<impl std::fmt::Debug, ClientError>) -> Cause {
    match asked {
        Err(ClientError::Unavailable { cause, .. }) => cause,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn idempotent_requests_are_sent_again_while_the_peer_recovers() {
    for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE] {
        let auth = Peer::statuses([502, 503, 200]).await;
        let call = Call::new(Service::Auth, method, ["x"]);
        auth.called().send(&soon(), &call).await.unwrap();
        assert_eq!(auth.times_asked(), 3);
    }
}

#[tokio::test]
async fn after_three_attempts_it_is_unavailable() {
    let auth = Peer::statuses([504]).await;
    let cause = unavailable(auth.called().get::<Value>(&soon(), Service::Auth, &["x"]).await);
    assert!(matches!(cause, Cause::Answered(504)), "{cause:?}");
    assert_eq!(auth.times_asked(), 3);
}

#[tokio::test]
async fn a_failure_that_will_not_pass_is_not_repeated() {
    for status in [400, 401, 403, 404, 409, 412, 422, 429, 500, 501] {
        let auth = Peer::statuses([status]).await;
        auth.called()
            .get::<Value>(&soon(), Service::Auth, &["x"])
            .await
            .unwrap_err();
        assert_eq!(auth.times_asked(), 1, "{status}");
    }
}

#[tokio::test]
async fn a_post_is_sent_once() {
    for method in [Method::POST, Method::PATCH] {
        let auth = Peer::statuses([503]).await;
        let call = Call::new(Service::Auth, method, ["x"]);
        unavailable(auth.called().send(&soon(), &call).await);
        assert_eq!(auth.times_asked(), 1);
    }
}

#[tokio::test]
async fn a_post_whose_connection_breaks_after_it_was_sent_is_not_repeated() {
    for reply in ["", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf"] {
        let auth = HangsUp::after(reply).await;
        let calls = peers(auth.url(), quick());
        let cause = unavailable(
            calls
                .post::<Value>(&soon(), Service::Auth, &["x"], &json!({}))
                .await,
        );
        assert!(matches!(cause, Cause::Transport(_)), "{cause:?}");
        assert_eq!(auth.connections(), 1);
    }
}

#[tokio::test]
async fn a_post_with_a_key_is_sent_again_with_that_key() {
    let auth = Peer::statuses([503, 200]).await;
    let context = soon().idempotent("key-1");
    let _: Value = auth
        .called()
        .post(&context, Service::Auth, &["x"], &json!({ "n": 1 }))
        .await
        .unwrap();

    let [first, second] = auth.heard().try_into().unwrap();
    assert_eq!(first.header("idempotency-key"), Some("key-1"));
    assert_eq!(second.header("idempotency-key"), Some("key-1"));
    assert_eq!(first.body, second.body);
}

#[tokio::test]
async fn a_broken_connection_is_tried_again() {
    let auth = HangsUp::after("").await;
    let calls = peers(auth.url(), quick());
    unavailable(calls.get::<Value>(&soon(), Service::Auth, &["x"]).await);
    assert_eq!(auth.connections(), 3);
}

#[tokio::test]
async fn nobody_listening_is_unavailable() {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
    drop(listener);
    let asked = peers(url, quick())
        .get::<Value>(&soon(), Service::Auth, &["x?secret"])
        .await;
    let Cause::Transport(reason) = unavailable(asked) else {
        panic!("it is the transport");
    };
    assert!(
        reason.contains("refused") && !reason.contains("secret"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_peer_that_says_when_is_asked_then() {
    for status in [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE] {
        let auth = Peer::answering(move |before| async move {
            use axum::response::IntoResponse;
            match before {
                0 => (status, [(RETRY_AFTER, "1")]).into_response(),
                _ => "{}".into_response(),
            }
        })
        .await;
        let started = Instant::now();
        let _: Value = auth.called().get(&soon(), Service::Auth, &["x"]).await.unwrap();
        assert!(started.elapsed() >= Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_peer_that_asks_for_more_time_than_there_is_is_not_waited_for() {
    for seconds in ["60", "4294967295", "18446744073709551615", "-1", "soon"] {
        let auth = Peer::always((StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds)])).await;
        let started = Instant::now();
        let asked = auth.called().get::<Value>(&soon(), Service::Auth, &["x"]).await;

        assert_eq!(asked.unwrap_err().refused_with(), Some(429));
        assert!(started.elapsed() < Duration::from_secs(5));
        assert_eq!(auth.times_asked(), 1);
    }
}

#[tokio::test]
async fn an_outage_costs_a_peer_a_tenth_more_requests() {
    let auth = Peer::statuses([503]).await;
    let calls = auth.called_with(Policy {
        failures_to_open: u32::MAX,
        ..quick()
    });
    let started = Instant::now();
    for _ in 0..300 {
        unavailable(calls.get::<Value>(&soon(), Service::Auth, &["x"]).await);
    }
    let retries = auth.times_asked() - 300;
    let came_back = usize::try_from(started.elapsed().as_secs()).unwrap();
    assert!(retries >= 30, "{retries}");
    assert!(retries <= 30 + 3 + came_back, "{retries}");
}

#[tokio::test]
async fn retries_end_with_the_deadline() {
    let auth = Peer::statuses([503]).await;
    let patient = Policy {
        backoff: Duration::from_mins(1),
        backoff_at_most: Duration::from_mins(1),
        ..quick()
    };
    let started = Instant::now();
    let context = CallContext::within(Duration::from_millis(200));
    unavailable(
        auth.called_with(patient)
            .get::<Value>(&context, Service::Auth, &["x"])
            .await,
    );
    assert!(started.elapsed() < Duration::from_secs(5));
}
