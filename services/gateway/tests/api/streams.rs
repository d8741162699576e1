use std::{
    convert::Infallible,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use bytes::Bytes;
use http::{Method, StatusCode, header};
use http_body_util::BodyExt;
use tokio::sync::mpsc;
use tokio_stream::{StreamExt, wrappers::ReceiverStream};

use crate::{
    before,
    raw::{self, Raw},
    setting_before,
    upstream::{Upstream, soon},
};

const MIB: usize = 1 << 20;

/// A body made of what is sent on the channel.
fn body_of(parts: mpsc::Receiver<Bytes>) -> reqwest::Body {
    reqwest::Body::wrap_stream(ReceiverStream::new(parts).map(Ok::<_, Infallible>))
}

#[tokio::test]
async fn a_service_reads_the_beginning_of_a_body_before_its_end_is_sent() {
    let (heard, mut hears) = mpsc::channel::<Bytes>(1);
    let router = Router::new().route(
        "/products/search",
        post(move |body: Body| async move {
            let mut body = body.into_data_stream();
            while let Some(Ok(part)) = body.next().await {
                heard.send(part).await.unwrap();
            }
            "all of it"
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;

    let (sends, parts) = mpsc::channel(1);
    let asked = gateway.post("/v1/products/search").body(body_of(parts)).send();
    let asked = crate::upstream::spawn(asked);
    for word in ["one", "two", "three"] {
        sends.send(word.into()).await.unwrap();
        assert_eq!(soon(hears.recv()).await.unwrap(), word);
    }
    drop(sends);
    assert_eq!(
        soon(asked).await.unwrap().unwrap().text().await.unwrap(),
        "all of it"
    );
}

/// More than any buffer on the way could hold, with a service that does not read: what the client can send stays
/// bounded. Then the service reads, and all of it arrives.
#[tokio::test]
async fn a_body_waits_at_its_sender_while_the_service_does_not_read() {
    let (reads, may_read) = tokio::sync::oneshot::channel::<()>();
    let may_read = Arc::new(Mutex::new(Some(may_read)));
    let router = Router::new().route(
        "/products/search",
        post(move |body: Body| async move {
            let may_read = may_read.lock().unwrap().take().unwrap();
            let _ = may_read.await;
            let mut body = body.into_data_stream();
            let mut length = 0;
            while let Some(Ok(part)) = body.next().await {
                length += part.len();
            }
            length.to_string()
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_GATEWAY_BODY_MIB", "512")
        .start()
        .await;

    let (sends, parts) = mpsc::channel(1);
    let asked = gateway.post("/v1/products/search").body(body_of(parts)).send();
    let asked = crate::upstream::spawn(asked);
    let part = Bytes::from(vec![b'x'; MIB]);
    let mut sent = 0;
    while tokio::time::timeout(std::time::Duration::from_secs(1), sends.send(part.clone()))
        .await
        .is_ok()
    {
        sent += 1;
        assert!(
            sent < 128,
            "the gateway holds the body: {sent} MiB were taken from the client"
        );
    }
    reads.send(()).unwrap();
    while sent < 200 {
        soon(sends.send(part.clone())).await.unwrap();
        sent += 1;
    }
    drop(sends);
    let answer = soon(asked).await.unwrap().unwrap();
    assert_eq!(answer.text().await.unwrap(), (200 * MIB).to_string());
}

#[tokio::test]
async fn an_answer_passes_as_it_is_made_and_waits_while_the_client_does_not_read() {
    let made = Arc::new(Mutex::new(0));
    let counted = made.clone();
    let router = Router::new().route(
        "/products",
        get(move || async move {
            let part = Bytes::from(vec![b'x'; MIB]);
            let parts = tokio_stream::iter(0..200).map(move |_| {
                *counted.lock().unwrap() += 1;
                Ok::<_, Infallible>(part.clone())
            });
            Body::from_stream(parts)
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;

    let answer = gateway.get("/v1/products").send().await.unwrap();
    let mut before = 0;
    loop {
        // Until nothing more is made, because nobody reads.
        tokio::time::sleep(std::time::Duration::from_millis(500)).await;
        let now = *made.lock().unwrap();
        if now == before {
            break;
        }
        before = now;
    }
    assert!(before < 128, "the gateway holds the answer: {before} MiB");
    assert_eq!(soon(answer.bytes()).await.unwrap().len(), 200 * MIB);
}

#[tokio::test]
async fn server_sent_events_pass_one_by_one() {
    let (tells, told) = mpsc::channel::<Bytes>(1);
    let told = Arc::new(Mutex::new(Some(told)));
    let router = Router::new().route(
        "/products",
        get(move || async move {
            let told = told.lock().unwrap().take().unwrap();
            let body = Body::from_stream(ReceiverStream::new(told).map(Ok::<_, Infallible>));
            ([(header::CONTENT_TYPE, "text/event-stream")], body)
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;

    let asked = crate::upstream::spawn(gateway.get("/v1/products").send());
    let mut answer = soon(asked).await.unwrap().unwrap();
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    for event in ["data: 1\n\n", "data: 2\n\n", ": still here\n\n", "data: 3\n\n"] {
        tells.send(event.into()).await.unwrap();
        assert_eq!(soon(answer.chunk()).await.unwrap().unwrap(), event);
    }
    drop(tells);
    assert_eq!(soon(answer.chunk()).await.unwrap(), None);
}

#[tokio::test]
async fn a_service_may_answer_while_the_request_still_comes() {
    let router = Router::new().route(
        "/products/search",
        post(|body: Body| async move { Response::new(body) }), // an echo
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;

    let (sends, parts) = mpsc::channel(1);
    let asked = gateway.post("/v1/products/search").body(body_of(parts)).send();
    let asked = crate::upstream::spawn(asked);
    sends.send("first".into()).await.unwrap();
    let mut answer = soon(asked).await.unwrap().unwrap();
    assert_eq!(soon(answer.chunk()).await.unwrap().unwrap(), "first");
    sends.send("second".into()).await.unwrap();
    assert_eq!(soon(answer.chunk()).await.unwrap().unwrap(), "second");
    drop(sends);
    assert_eq!(soon(answer.chunk()).await.unwrap(), None);
}

#[tokio::test]
async fn trailers_pass_to_a_client_that_wants_them() {
    let router = Router::new().route(
        "/products",
        get(|| async {
            let mut trailers = http::HeaderMap::new();
            trailers.insert("x-checksum", "abc".parse().unwrap());
            let frames = vec![
                Ok::<_, Infallible>(http_body::Frame::data(Bytes::from("words"))),
                Ok(http_body::Frame::trailers(trailers)),
            ];
            let body = Body::new(http_body_util::StreamBody::new(tokio_stream::iter(frames)));
            ([(header::TRAILER, "x-checksum")], body)
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("GET /v1/products HTTP/1.1\r\nHost: g\r\nTE: trailers\r\nConnection: te\r\n\r\n")
        .await;
    assert!(connection.head().await.contains("trailer: x-checksum"));
    let body = connection.read_past(b"\r\n\r\n").await;
    assert!(String::from_utf8_lossy(&body).contains("0\r\nx-checksum: abc\r\n"));
    assert_eq!(product.take_only().headers["te"], "trailers");
}

#[tokio::test]
async fn answers_without_a_body_have_none_and_the_connection_goes_on() {
    let router = Router::new()
        .route("/products/none", get(|| async { StatusCode::NO_CONTENT }))
        .route(
            "/products/known",
            get(|| async { (StatusCode::NOT_MODIFIED, [(header::ETAG, "\"a\"")]).into_response() }),
        )
        .route("/products/long", get(|| async { "x".repeat(1000) }));
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    for (line, status, header) in [
        ("HEAD /v1/products/long", "200", "content-length: 1000"),
        ("GET /v1/products/none", "204", ""),
        ("GET /v1/products/known", "304", "etag: \"a\""),
        ("HEAD /v1/products/none", "204", ""),
        ("HEAD /v1/products/long", "200", "content-length: 1000"),
    ] {
        connection
            .send(format!("{line} HTTP/1.1\r\nHost: gateway\r\n\r\n"))
            .await;
        let head = connection.head().await;
        assert!(head.starts_with(&format!("HTTP/1.1 {status}")), "{line}: {head}");
        assert!(head.contains(header), "{line}: {head}");
    }
    connection
        .send("GET /v1/products/long HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(connection.answer().await.body.len(), 1000);
    assert_eq!(connection.rest().await, b"");
    assert_eq!(
        product.connections(),
        1,
        "answers without a body give their connection back"
    );
}

#[tokio::test]
async fn a_body_is_sent_only_when_the_gateway_wants_it() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    let ask = |path: &str| {
        format!("POST {path} HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n")
    };

    let mut welcome = Raw::connect(&gateway).await;
    welcome.send(ask("/v1/products/search")).await;
    assert!(welcome.head().await.starts_with("HTTP/1.1 100"));
    welcome.send("words").await;
    assert_eq!(welcome.answer().await.body, "5");
    assert!(!product.take_only().headers.contains_key("expect"));

    let refused = raw::ask(&gateway, ask("/v1/products")).await;
    assert_eq!(refused.status, 401, "without asking for the body first");
}

#[tokio::test]
async fn an_empty_body_stays_empty_and_framed() {
    let router = Router::new().fallback(|request: axum::extract::Request| async move {
        let framing = [header::CONTENT_LENGTH, header::TRANSFER_ENCODING];
        let framed = framing.map(|name| request.headers().get(name).cloned());
        let body = request.into_body().collect().await.unwrap().to_bytes();
        format!("{framed:?} {}", body.len())
    });
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    let get = gateway.request(Method::GET, "/v1/products").send().await.unwrap();
    assert_eq!(get.text().await.unwrap(), "[None, None] 0");
    let post = gateway.post("/v1/products/search").send().await.unwrap();
    assert_eq!(post.text().await.unwrap(), "[Some(\"0\"), None] 0");
    let streamed =
        "GET /v1/products HTTP/1.1\r\nHost: g\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n12345\r\n0\r\n\r\n";
    let read = raw::ask(&gateway, streamed).await;
    assert_eq!(read.body, "[None, Some(\"chunked\")] 5", "a GET may have one");
    let known = gateway
        .post("/v1/products/search")
        .body("12345")
        .send()
        .await
        .unwrap();
    assert_eq!(known.text().await.unwrap(), "[Some(\"5\"), None] 5");
}
