use std::{sync::Arc, time::Duration};

use axum::response::IntoResponse;
use http::StatusCode;
use serde_json::Value;
use service_client::{Call, CallContext, Cause, ClientError, Peers, Policy, Service};
use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use crate::peer::{Peer, quick, soon};

async fn ask(peers: &Peers) -> Result<Value, ClientError> {
    peers.get(&soon(), Service::Auth, &["x"]).await
}

fn is_left_alone(asked: &Result<Value, ClientError>) -> bool {
    matches!(
        asked,
        Err(ClientError::Unavailable {
            cause: Cause::BreakerOpen,
            retry_after: Some(_),
            ..
        })
    )
}

/// Asks until the peer answers, for ten seconds at most.
async fn recovers(peers: &Peers) {
    let asking = async {
        while ask(peers).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), asking)
        .await
        .expect("it recovers");
}

#[tokio::test]
async fn a_failing_peer_is_left_alone_until_it_recovers() {
    let auth = Peer::statuses([500, 500, 500, 500, 500, 200]).await;
    let peers = auth.called();
    for _ in 0..5 {
        assert!(!is_left_alone(&ask(&peers).await));
    }
    assert!(is_left_alone(&ask(&peers).await));
    assert_eq!(auth.times_asked(), 5);

    recovers(&peers).await;
    ask(&peers).await.unwrap();
}

#[tokio::test]
async fn one_failing_peer_does_not_close_the_way_to_others() {
    let [failing, product] = [Peer::statuses([500]).await, Peer::statuses([200]).await];
    let urls = crate::peer::urls(failing.url()).with(Service::Product, product.url());
    let peers = Peers::with_policy(urls, Arc::new(crate::peer::Named), quick()).unwrap();
    for _ in 0..5 {
        ask(&peers).await.unwrap_err();
    }
    assert!(is_left_alone(&ask(&peers).await));

    let _: Value = peers.get(&soon(), Service::Product, &["x"]).await.unwrap();
}

#[tokio::test]
async fn refusals_are_no_failures() {
    let auth = Peer::statuses([404]).await;
    let peers = auth.called();
    for _ in 0..20 {
        assert_eq!(ask(&peers).await.unwrap_err().refused_with(), Some(404));
    }
}

#[tokio::test]
async fn while_one_call_tries_the_others_are_refused() {
    let [go_on, asked] = [Arc::new(Notify::new()), Arc::new(Notify::new())];
    let (wait, tell) = (go_on.clone(), asked.clone());
    let auth = Peer::answering(move |before| {
        let (wait, tell) = (wait.clone(), tell.clone());
        async move {
            if before < 5 {
                return StatusCode::INTERNAL_SERVER_ERROR.into_response();
            }
            tell.notify_one();
            wait.notified().await;
            "{}".into_response()
        }
    })
    .await;
    let peers = auth.called();
    for _ in 0..5 {
        ask(&peers).await.unwrap_err();
    }

    let others = async {
        asked.notified().await;
        assert!(is_left_alone(&ask(&peers).await));
        assert_eq!(auth.times_asked(), 6);
        go_on.notify_one();
    };
    tokio::join!(recovers(&peers), others);
}

#[tokio::test]
async fn calls_beyond_the_cap_wait_for_a_place() {
    let [go_on, asked] = [Arc::new(Notify::new()), Arc::new(Notify::new())];
    let (wait, tell) = (go_on.clone(), asked.clone());
    let auth = Peer::answering(move |_| {
        let (wait, tell) = (wait.clone(), tell.clone());
        async move {
            tell.notify_one();
            wait.notified().await;
            "{}".into_response()
        }
    })
    .await;
    let peers = auth.called_with(Policy {
        in_flight: 1,
        ..quick()
    });
    let second = async {
        asked.notified().await;
        let hurried = CallContext::within(Duration::from_millis(50));
        let gave_up = peers.get::<Value>(&hurried, Service::Auth, &["x"]).await;
        assert!(
            matches!(gave_up, Err(ClientError::DeadlineExceeded { .. })),
            "{gave_up:?}"
        );
        assert_eq!(auth.times_asked(), 1);
        go_on.notify_one();
    };
    let (first, ()) = tokio::join!(ask(&peers), second);
    first.unwrap();
    go_on.notify_one();
    ask(&peers).await.unwrap();
}

#[tokio::test]
async fn readiness_is_asked_whatever_the_breaker_thinks() {
    let auth = Peer::answering(|before| async move {
        if before < 6 {
            StatusCode::SERVICE_UNAVAILABLE
        } else {
            StatusCode::OK
        }
        .into_response()
    })
    .await;
    let peers = auth.called_with(Policy {
        open_for: Duration::from_mins(1),
        open_at_most: Duration::from_mins(1),
        ..quick()
    });
    let post = Call::post(Service::Auth, ["x"]);
    for _ in 0..5 {
        peers.send(&soon(), &post).await.unwrap_err();
    }
    assert!(is_left_alone(&ask(&peers).await));

    assert!(!peers.is_ready(&soon(), Service::Auth).await);
    assert!(peers.is_ready(&soon(), Service::Auth).await);
    let late = CallContext::until(Instant::now());
    assert!(!peers.is_ready(&late, Service::Auth).await);
    assert!(is_left_alone(&ask(&peers).await));
}
