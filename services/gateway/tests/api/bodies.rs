//! How large a request may be.

use std::convert::Infallible;

use axum::{Router, body::Body, routing::post};
use bytes::Bytes;
use http_body_util::BodyExt;
use service_kit::harness::Harness;

use crate::{
    code_of,
    raw::{Raw, ask},
    setting_before,
    upstream::{Upstream, soon},
};

const MIB: usize = 1 << 20;

async fn counting() -> Upstream {
    let router = Router::new().route(
        "/products/search",
        post(|body: Body| async move {
            match body.collect().await {
                Ok(body) => body.to_bytes().len().to_string(),
                Err(_) => "cut".to_owned(),
            }
        }),
    );
    Upstream::start(router).await
}

async fn small(product: &Upstream) -> Harness {
    setting_before(product)
        .setting("CRAFTCHAIN_GATEWAY_BODY_MIB", "1")
        .start()
        .await
}

#[tokio::test]
async fn a_body_of_the_largest_size_passes_and_one_byte_more_does_not() {
    let product = counting().await;
    let gateway = small(&product).await;
    for chunked in [false, true] {
        for (size, passes) in [(MIB, true), (MIB + 1, false), (3 * MIB, false)] {
            let bytes = Bytes::from(vec![b'x'; size]);
            let body = if chunked {
                let parts: Vec<_> = bytes
                    .chunks(10_000)
                    .map(Bytes::copy_from_slice)
                    .map(Ok::<_, Infallible>)
                    .collect();
                reqwest::Body::wrap_stream(tokio_stream::iter(parts))
            } else {
                bytes.into()
            };
            let answer = gateway
                .post("/v1/products/search")
                .body(body)
                .send()
                .await
                .unwrap();
            if passes {
                assert_eq!(answer.text().await.unwrap(), size.to_string());
            } else {
                assert_eq!(
                    code_of(answer).await,
                    (413, "too_large".to_owned()),
                    "{size}, chunked: {chunked}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_stated_length_that_is_too_large_is_refused_before_anything_is_sent() {
    let product = counting().await;
    let gateway = small(&product).await;
    for length in ["1048577", "4294967296", "9223372036854775807"] {
        let request = format!(
            "POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: {length}\r\n\r\nthe beginning"
        );
        let answer = ask(&gateway, request).await;
        assert_eq!(answer.status, 413, "{}", answer.head);
    }
    assert!(product.seen().is_empty());
}

#[tokio::test]
async fn a_stream_that_grows_too_large_is_refused_and_the_service_sees_it_break_off() {
    let (told, ended) = tokio::sync::oneshot::channel();
    let told = std::sync::Arc::new(std::sync::Mutex::new(Some(told)));
    let router = Router::new().route(
        "/products/search",
        post(move |body: Body| async move {
            let told = told.lock().unwrap().take().unwrap();
            let _ = told.send(body.collect().await.is_ok());
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = small(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("POST /v1/products/search HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n")
        .await;
    let chunk = format!("100000\r\n{}\r\n", "x".repeat(MIB));
    connection.send(&chunk).await;
    connection.send("1\r\nx\r\n").await;
    assert_eq!(connection.answer().await.status, 413);
    assert!(
        !soon(ended).await.unwrap(),
        "what arrived is not taken for the whole"
    );
}

#[tokio::test]
async fn a_client_that_leaves_in_the_middle_leaves_no_half_request_for_whole() {
    let (told, mut ended) = tokio::sync::mpsc::channel(1);
    let router = Router::new().route(
        "/products/search",
        post(move |body: Body| async move {
            let _ = told.send(body.collect().await.is_ok()).await;
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = small(&product).await;
    for begun in [
        "Content-Length: 100\r\n\r\nwords",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nwords\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nwor",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nwordsX",
    ] {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send(format!("POST /v1/products/search HTTP/1.1\r\nHost: g\r\n{begun}"))
            .await;
        crate::upstream::eventually(|| product.take().pop()).await;
        drop(connection);
        assert_eq!(soon(ended.recv()).await, Some(false), "{begun}");
    }
}

/// A service need not read what it refuses.
#[tokio::test]
async fn an_early_refusal_of_the_service_reaches_a_client_that_still_sends() {
    let router = Router::new().route(
        "/products/search",
        post(|| async { (http::StatusCode::PAYLOAD_TOO_LARGE, "too much for me") }),
    );
    let product = Upstream::start(router).await;
    let gateway = crate::before(&product).await;
    for _ in 0..5 {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send("POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 20000000\r\n\r\n")
            .await;
        connection.send("x".repeat(100_000)).await;
        let answer = connection.answer().await;
        assert_eq!((answer.status, answer.body.as_str()), (413, "too much for me"));
    }
}
