use std::{
    future::pending,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    time::Duration,
};

use axum::response::Redirect;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use service_client::{Outbound, OutboundError, OutboundRequest, OutboundRules};
use tokio::time::Instant;
use url::Url;

use crate::peer::{HangsUp, Peer};

/// Plain http, and loopback too.
fn to_loopback() -> Outbound {
    let allowed = vec![
        IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::from(Ipv6Addr::LOCALHOST),
    ];
    Outbound::new(OutboundRules {
        allow_http: true,
        allowed,
    })
}

/// Plain http, but public addresses only.
fn to_the_public() -> Outbound {
    Outbound::new(OutboundRules {
        allow_http: true,
        allowed: Vec::new(),
    })
}

fn get(url: Url) -> OutboundRequest {
    OutboundRequest::new(Method::GET, url, Instant::now() + Duration::from_secs(10))
}

#[tokio::test]
async fn a_request_arrives_with_its_bearer_and_nothing_of_the_fleets() {
    let party = Peer::always((StatusCode::IM_A_TEAPOT, "short and stout")).await;
    let request = OutboundRequest {
        method: Method::POST,
        ..get(party.url())
    }
    .bearer("key".to_owned().into())
    .header(
        HeaderName::from_static("x-of-ours"),
        HeaderValue::from_static("1"),
    )
    .body("tea?");
    let answer = to_loopback().send(request).await.unwrap();

    assert_eq!(answer.status, StatusCode::IM_A_TEAPOT);
    assert_eq!(answer.body, "short and stout");
    let [request] = party.heard().try_into().unwrap();
    assert_eq!((request.method, request.body), (Method::POST, "tea?".into()));
    let mut names: Vec<&str> = request.headers.keys().map(HeaderName::as_str).collect();
    names.sort_unstable();
    assert_eq!(
        names,
        [
            "accept",
            "authorization",
            "content-length",
            "host",
            "user-agent",
            "x-of-ours"
        ]
    );
    assert_eq!(request.headers["authorization"], "Bearer key");
}

#[tokio::test]
async fn a_name_that_resolves_to_a_private_address_is_refused_when_it_is_connected_to() {
    let party = Peer::statuses([200]).await;
    for host in ["localhost", "LOCALHOST"] {
        let url = Url::parse(&format!("http://{host}:{}", party.address.port())).unwrap();
        to_the_public()
            .rules()
            .check(&url)
            .expect("a name says nothing about its address");

        let refused = to_the_public().send(get(url.clone())).await;
        assert!(
            matches!(refused, Err(OutboundError::Forbidden(_))),
            "{host}: {refused:?}"
        );
        assert_eq!(party.times_asked(), 0);
    }
    let url = Url::parse(&format!("http://localhost:{}", party.address.port())).unwrap();
    to_loopback().send(get(url)).await.unwrap();
}

#[tokio::test]
async fn a_redirect_is_an_answer() {
    let inside = Peer::statuses([200]).await;
    let party = Peer::always(Redirect::permanent(inside.url().as_str())).await;
    let answer = to_loopback().send(get(party.url())).await.unwrap();

    assert_eq!(answer.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(inside.times_asked(), 0);
}

#[tokio::test]
async fn plain_http_is_refused_unless_allowed() {
    let party = Peer::statuses([200]).await;
    let allowed = vec![party.address.ip()];
    let strict = Outbound::new(OutboundRules {
        allowed,
        ..OutboundRules::default()
    });
    let refused = strict.send(get(party.url())).await;

    assert!(matches!(refused, Err(OutboundError::Forbidden(_))), "{refused:?}");
    assert_eq!(party.times_asked(), 0);
}

#[tokio::test]
async fn an_endless_answer_is_cut_off() {
    let body = "a".repeat(1_001);
    let party = Peer::always(body).await;
    let fits = to_loopback()
        .send(get(party.url()).largest_answer(1_001))
        .await
        .unwrap();
    assert_eq!(fits.body.len(), 1_001);

    let refused = to_loopback().send(get(party.url()).largest_answer(1_000)).await;
    assert!(
        matches!(refused, Err(OutboundError::TooLarge(1_000))),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_silent_party_is_given_up_at_the_deadline() {
    let party = Peer::answering(|_| pending()).await;
    let deadline = Instant::now() + Duration::from_millis(100);
    let request = OutboundRequest::new(Method::GET, party.url(), deadline);
    let asked = to_loopback().send(request).await;
    assert!(matches!(asked, Err(OutboundError::DeadlineExceeded)), "{asked:?}");
}

#[tokio::test]
async fn nothing_is_sent_twice() {
    let party = HangsUp::after("").await;
    let asked = to_loopback().send(get(party.url())).await;
    assert!(matches!(asked, Err(OutboundError::Unavailable(_))), "{asked:?}");
    assert_eq!(party.connections(), 1);
}

#[tokio::test]
async fn a_url_in_an_error_keeps_its_query_to_itself() {
    let party = HangsUp::after("").await;
    let mut url = party.url();
    url.set_query(Some("token=canary"));
    let asked = to_loopback().send(get(url)).await.unwrap_err();
    assert!(!format!("{asked} {asked:?}").contains("canary"));
}
