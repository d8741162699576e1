//! Bodies and connections on which nothing moves any more.

use std::convert::Infallible;

use axum::{Router, body::Body, routing::get};
use service_kit::harness::Harness;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use crate::{
    raw::{Raw, ask},
    setting_before,
    upstream::{Upstream, soon},
};

async fn impatient(product: &Upstream) -> Harness {
    setting_before(product)
        .setting("CRAFTCHAIN_GATEWAY_IDLE_SECONDS", "1")
        .start()
        .await
}

#[tokio::test]
async fn a_body_that_stops_coming_is_given_up() {
    let product = Upstream::agreeable().await;
    let gateway = impatient(&product).await;
    for begun in [
        "Content-Length: 9\r\n\r\nwords",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n",
    ] {
        let request = format!("POST /v1/products/search HTTP/1.1\r\nHost: g\r\n{begun}");
        let answer = ask(&gateway, request).await;
        assert_eq!(answer.status, 408, "{}", answer.head);
        assert!(answer.body.contains("\"stalled\""));
    }
}

#[tokio::test]
async fn an_answer_that_stops_coming_breaks_off() {
    let router = Router::new().route(
        "/products",
        get(|| async {
            let parts = tokio_stream::once(Ok::<_, Infallible>("words"));
            Body::from_stream(parts.chain(tokio_stream::pending()))
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = impatient(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("GET /v1/products HTTP/1.1\r\nHost: gateway\r\n\r\n")
        .await;
    assert!(connection.head().await.starts_with("HTTP/1.1 200"));
    let rest = connection.rest().await;
    assert!(rest.starts_with(b"5\r\nwords\r\n") && !rest.ends_with(b"0\r\n\r\n"));
}

#[tokio::test]
async fn a_body_that_moves_slowly_is_not_given_up() {
    let (sends, parts) = tokio::sync::mpsc::channel(1);
    let parts = std::sync::Mutex::new(Some(parts));
    let parts = std::sync::Arc::new(parts);
    let router = Router::new().route(
        "/products",
        get(move || async move {
            let parts = parts.lock().unwrap().take().unwrap();
            Body::from_stream(ReceiverStream::new(parts).map(Ok::<_, Infallible>))
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = impatient(&product).await;
    let mut answer = soon(gateway.get("/v1/products").send()).await.unwrap();
    for _ in 0..4 {
        tokio::time::sleep(std::time::Duration::from_millis(600)).await;
        sends.send("words").await.unwrap();
        assert_eq!(soon(answer.chunk()).await.unwrap().unwrap(), "words");
    }
}
