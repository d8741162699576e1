//! Changes of protocol: once upgraded, bytes pass both ways.

use axum::{
    Router,
    extract::Request,
    response::{IntoResponse, Response},
};
use hyper_util::rt::TokioIo;
use service_kit::harness::Harness;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::{
    before,
    raw::Raw,
    setting_before,
    upstream::{Upstream, soon, spawn},
};

/// Changes the protocol when asked, and then shouts back what it hears.
async fn shouting(mut request: Request) -> Response {
    if !request.headers().contains_key("upgrade") {
        return "no upgrade".into_response();
    }
    let upgraded = hyper::upgrade::on(&mut request);
    spawn(async move {
        let mut stream = TokioIo::new(upgraded.await.unwrap());
        let mut heard = [0; 1024];
        while let Ok(length) = stream.read(&mut heard).await {
            if length == 0
                || stream
                    .write_all(&heard[..length].to_ascii_uppercase())
                    .await
                    .is_err()
            {
                break;
            }
        }
    });
    let headers = [
        ("connection", "Upgrade"),
        ("upgrade", "websocket"),
        ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ];
    (http::StatusCode::SWITCHING_PROTOCOLS, headers).into_response()
}

async fn upgraded(gateway: &Harness) -> Raw {
    let token = gateway.buyer().await.token;
    let mut connection = Raw::connect(gateway).await;
    connection
        .send(format!(
            "GET /v1/products/1/live HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {token}\r\n\
             Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ))
        .await;
    let head = connection.head().await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    assert!(
        head.contains("upgrade: websocket") && head.contains("connection: upgrade"),
        "{head}"
    );
    assert!(
        head.contains("sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        "{head}"
    );
    connection
}

#[tokio::test]
async fn bytes_pass_both_ways_after_an_upgrade() {
    let product = Upstream::start(Router::new().fallback(shouting)).await;
    let gateway = before(&product).await;
    let mut connection = upgraded(&gateway).await;
    let seen = product.take_only().headers;
    assert_eq!(seen["upgrade"], "websocket");
    assert_eq!(seen["connection"], "upgrade");
    assert_eq!(seen["sec-websocket-key"], "dGhlIHNhbXBsZSBub25jZQ==");
    for word in ["one", "two", "three"] {
        connection.send(word).await;
        assert_eq!(
            connection.read_past(word.to_uppercase().as_bytes()).await,
            word.to_uppercase().as_bytes()
        );
    }
}

#[tokio::test]
async fn an_upgrade_that_is_refused_is_an_answer() {
    let product =
        Upstream::start(Router::new().fallback(|| async { http::StatusCode::UPGRADE_REQUIRED })).await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    let request = "GET /v1/products HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n";
    connection.send(request).await;
    assert_eq!(connection.answer().await.status, 426);
    connection.send(request).await;
    assert_eq!(connection.answer().await.status, 426, "the connection goes on");
}

#[tokio::test]
async fn an_upgrade_needs_a_token_as_anything_else_does() {
    let product = Upstream::start(Router::new().fallback(shouting)).await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("GET /v1/orders HTTP/1.1\r\nHost: g\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
        .await;
    assert_eq!(connection.answer().await.status, 401);
    assert!(product.seen().is_empty());
}

#[tokio::test]
async fn other_protocols_are_not_changed_to() {
    let product = Upstream::start(Router::new().fallback(shouting)).await;
    let gateway = before(&product).await;
    for protocol in ["h2c", "TLS/1.0", "websocket, h2c", "foo"] {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send(format!(
                "GET /v1/products HTTP/1.1\r\nHost: g\r\nConnection: Upgrade, HTTP2-Settings\r\n\
                 Upgrade: {protocol}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n"
            ))
            .await;
        assert_eq!(connection.answer().await.body, "no upgrade", "{protocol}");
    }
}

#[tokio::test]
async fn when_one_side_ends_so_does_the_other() {
    let product = Upstream::start(Router::new().fallback(|mut request: Request| async move {
        let upgraded = hyper::upgrade::on(&mut request);
        spawn(async move {
            let mut stream = TokioIo::new(upgraded.await.unwrap());
            stream.write_all(b"goodbye").await.unwrap();
        });
        let headers = [
            ("connection", "upgrade"),
            ("upgrade", "websocket"),
            ("sec-websocket-accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
        ];
        (http::StatusCode::SWITCHING_PROTOCOLS, headers)
    }))
    .await;
    let gateway = before(&product).await;
    let mut connection = upgraded(&gateway).await;
    assert_eq!(connection.rest().await, b"goodbye");
}

#[tokio::test]
async fn a_silent_connection_is_given_up() {
    let product = Upstream::start(Router::new().fallback(shouting)).await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_GATEWAY_IDLE_SECONDS", "1")
        .start()
        .await;
    let mut connection = upgraded(&gateway).await;
    connection.send("hello").await;
    assert_eq!(connection.rest().await, b"HELLO", "and then it ends");
}

#[tokio::test]
async fn upgraded_connections_do_not_hold_up_the_end() {
    let product = Upstream::start(Router::new().fallback(shouting)).await;
    let gateway = before(&product).await;
    let mut connection = upgraded(&gateway).await;
    connection.send("hello").await;
    connection.read_past(b"HELLO").await;
    let begun = std::time::Instant::now();
    soon(gateway.stop()).await;
    assert!(begun.elapsed() < std::time::Duration::from_secs(5));
    assert_eq!(connection.rest().await, b"");
}
