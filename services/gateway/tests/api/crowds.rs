//! More than there is room for: requests of one service, connections of one address.

use std::sync::Arc;

use axum::{Router, routing::get};
use service_kit::harness::{Harness, Setup};
use tokio::sync::Semaphore;

use crate::{
    code_of,
    raw::Raw,
    setting_before,
    upstream::{Upstream, eventually, soon, spawn},
};

/// A service that answers one request for each permit.
async fn gated() -> (Upstream, Arc<Semaphore>) {
    let gate = Arc::new(Semaphore::new(0));
    let opens = gate.clone();
    let answer = get(move || {
        let gate = opens.clone();
        async move {
            gate.acquire().await.unwrap().forget();
            "at last"
        }
    });
    let router = Router::new()
        .route("/products", answer.clone())
        .route("/orders", answer);
    (Upstream::start(router).await, gate)
}

fn with_four_places(product: &Upstream) -> Setup {
    setting_before(product)
        .setting("CRAFTCHAIN_GATEWAY_IN_FLIGHT_LEAST", "4")
        .setting("CRAFTCHAIN_GATEWAY_IN_FLIGHT_MOST", "4")
}

type Asked = tokio::task::JoinHandle<reqwest::Result<reqwest::Response>>;

/// All places of product are taken, and some have come in vain.
async fn overrun(gateway: &Harness, product: &Upstream) -> Vec<Asked> {
    let asked: Vec<Asked> = (0..4)
        .map(|_| spawn(gateway.get("/v1/products").send()))
        .collect();
    eventually(|| (product.seen().len() == 4).then_some(())).await;
    soon(async { while gateway.get("/v1/products").send().await.unwrap().status() != 503 {} }).await;
    asked
}

#[tokio::test]
async fn a_service_is_given_no_more_than_it_bears_and_the_rest_is_told_so() {
    let (product, gate) = gated().await;
    let gateway = with_four_places(&product).start().await;
    let inside = overrun(&gateway, &product).await;
    for _ in 0..20 {
        let refused = gateway.get("/v1/products").send().await.unwrap();
        assert_eq!(refused.headers()["retry-after"], "1");
        assert_eq!(code_of(refused).await, (503, "overloaded".to_owned()));
    }
    assert_eq!(product.seen().len(), 4, "nobody else reached it");

    gate.add_permits(5);
    for asked in inside {
        assert_eq!(soon(asked).await.unwrap().unwrap().status(), 200);
    }
    let asked = gateway.get("/v1/products").send().await.unwrap();
    assert_eq!(asked.status(), 200, "as soon as there is room");
}

#[tokio::test]
async fn who_is_turned_away_costs_neither_a_look_at_her_token_nor_her_quota() {
    let (product, gate) = gated().await;
    let gateway = with_four_places(&product)
        .setting("CRAFTCHAIN_USER_RATE", "1")
        .setting("CRAFTCHAIN_USER_BURST", "2")
        .start()
        .await;
    let person = gateway.buyer().await;
    let inside = overrun(&gateway, &product).await;
    for token in [&person.token, "not.a.token"].repeat(10) {
        let refused = gateway.get("/v1/orders").bearer_auth(token).send().await.unwrap();
        assert!(!refused.headers().contains_key("ratelimit-remaining"));
        assert_eq!(code_of(refused).await, (503, "overloaded".to_owned()));
    }
    gate.add_permits(10);
    for asked in inside {
        soon(asked).await.unwrap().unwrap();
    }
    for left in ["1", "0"] {
        let asked = gateway.get("/v1/orders").bearer_auth(&person.token);
        let answer = asked.send().await.unwrap();
        assert_eq!(
            (answer.status().as_u16(), &answer.headers()["ratelimit-remaining"]),
            (200, &left.parse().unwrap())
        );
    }
}

#[tokio::test]
async fn a_service_that_hangs_does_not_slow_the_others() {
    let (product, _gate) = gated().await;
    let stories = Upstream::agreeable().await;
    let gateway = with_four_places(&product)
        .setting("CRAFTCHAIN_STORYTELLING_URL", stories.url())
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .start()
        .await;
    let _inside = overrun(&gateway, &product).await;
    let flood: Vec<Asked> = (0..100)
        .map(|_| spawn(gateway.get("/v1/products").send()))
        .collect();
    for _ in 0..50 {
        let answer = soon(gateway.get("/v1/stories").send()).await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    for asked in flood {
        assert_eq!(soon(asked).await.unwrap().unwrap().status(), 503);
    }
    assert_eq!(product.seen().len(), 4);
}

#[tokio::test]
async fn clients_who_take_their_time_keep_nobody_out() {
    let product = Upstream::agreeable().await;
    let gateway = with_four_places(&product).start().await;
    let begun = "POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 9\r\n\r\nword";
    let mut slow = Vec::new();
    for _ in 0..4 {
        let mut connection = Raw::connect(&gateway).await;
        connection.send(begun).await;
        slow.push(connection);
    }
    eventually(|| (product.seen().len() >= 4).then_some(())).await;
    soon(async { while gateway.get("/v1/products").send().await.unwrap().status() != 200 {} }).await;

    let mut one_more = Raw::connect(&gateway).await;
    one_more.send(begun).await;
    let refused = one_more.answer().await;
    assert_eq!(
        refused.status, 503,
        "no more of them than there are places: {}",
        refused.head
    );
    for mut connection in slow {
        connection.send("s and").await;
        assert_eq!(connection.answer().await.body, "9");
    }
}

#[tokio::test]
async fn clients_who_are_kept_waiting_on_purpose_keep_nobody_out() {
    let (product, gate) = gated().await;
    let gateway = with_four_places(&product).start().await;
    let waiting: Vec<Asked> = (0..4)
        .map(|_| spawn(gateway.get("/v1/products").header("prefer", "wait=30").send()))
        .collect();
    eventually(|| (product.seen().len() == 4).then_some(())).await;
    let other = gateway.get("/v1/products/1").send().await.unwrap();
    assert_eq!(other.status(), 404, "there is room for it");
    gate.add_permits(4);
    for asked in waiting {
        assert_eq!(soon(asked).await.unwrap().unwrap().status(), 200);
    }
}

#[tokio::test]
async fn one_address_has_so_many_connections_and_no_more() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_GATEWAY_ADDRESS_CONNECTIONS", "3")
        .start()
        .await;
    let request = "GET /v1/products HTTP/1.1\r\nHost: gateway\r\n\r\n";
    let mut inside = Vec::new();
    for _ in 0..3 {
        let mut connection = Raw::connect(&gateway).await;
        connection.send(request).await;
        assert_eq!(connection.answer().await.status, 200);
        inside.push(connection);
    }
    let mut refused = Raw::connect(&gateway).await;
    let answer = refused.answer().await;
    assert_eq!(answer.status, 503);
    assert!(answer.head.contains("retry-after: 1\r\n"), "{}", answer.head);
    assert!(answer.body.contains("\"code\":\"overloaded\""), "{}", answer.body);
    assert_eq!(refused.rest().await, b"");

    inside.pop();
    soon(Box::pin(async {
        loop {
            let mut next = Raw::connect(&gateway).await;
            next.send(request).await;
            if next.answer().await.status == 200 {
                return;
            }
        }
    }))
    .await;
}

/// Whatever was sent of a request, hyper's own time limit begins only when the version of HTTP is known.
#[tokio::test]
async fn connections_without_a_request_are_closed_soon_when_there_are_many() {
    let product = Upstream::agreeable().await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_GATEWAY_CONNECTIONS", "16")
        .start()
        .await;
    let mut silent = Vec::new();
    for _ in 0..9 {
        silent.push(Raw::connect(&gateway).await);
    }
    for begun in [
        "",
        "P",
        "PRI * HTTP/2.0\r\n\r\nS",
        "GET /v1/products HTTP/1.1\r\nHost: g",
    ] {
        let mut connection = Raw::connect(&gateway).await;
        connection.send(begun).await;
        assert_eq!(connection.rest().await, b"", "{begun:?}");
    }
}
