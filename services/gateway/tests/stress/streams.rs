//! What passes as a stream is never held: the gateway's memory stays where it was.

use std::sync::Arc;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::Notify,
};

use crate::{
    child::{Gateway, Memory, spawn},
    soon, turn,
    wire::{asked, bytes_server, read_bytes, read_head, write_bytes},
};

const GIB: usize = 1 << 30;
/// Buffers on the way, and what a first request of its kind allocates.
const MARGIN: u64 = 24 << 20;

async fn before(product: &str) -> (Gateway, Option<Memory>) {
    let settings = [("CRAFTCHAIN_GATEWAY_BODY_MIB", "2048")];
    let gateway = Gateway::start(env!("CARGO_BIN_EXE_gateway"), product, &settings).await;
    let memory = gateway.memory();
    (gateway, memory)
}

fn assert_constant(gateway: &Gateway, before: Option<Memory>) {
    if let (Some(before), Some(after)) = (before, gateway.memory()) {
        let grown = after.peak.saturating_sub(before.now);
        println!("grown by {grown} bytes");
        assert!(grown <= MARGIN, "{before:?} became {after:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_a_gibibyte() {
    let _turn = turn().await;
    let product = bytes_server(|mut stream| async move {
        if !read_head(&mut stream).await.contains("x-forwarded-proto") {
            return;
        }
        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {GIB}\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        write_bytes(&mut stream, GIB).await;
    })
    .await;
    let (gateway, memory) = before(&product).await;
    let (mut stream, head) = asked(gateway.address, "GET /v1/products HTTP/1.1\r\nHost: g\r\n\r\n").await;
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert_eq!(soon(read_bytes(&mut stream, GIB)).await, GIB);
    assert_constant(&gateway, memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_a_gibibyte() {
    let _turn = turn().await;
    let product = bytes_server(|mut stream| async move {
        if !read_head(&mut stream).await.contains("x-forwarded-proto") {
            return;
        }
        let read = read_bytes(&mut stream, GIB).await.to_string();
        let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{read}", read.len());
        stream.write_all(answer.as_bytes()).await.unwrap();
    })
    .await;
    let (gateway, memory) = before(&product).await;
    let mut stream = tokio::net::TcpStream::connect(gateway.address).await.unwrap();
    let head = format!("POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: {GIB}\r\n\r\n");
    stream.write_all(head.as_bytes()).await.unwrap();
    soon(write_bytes(&mut stream, GIB)).await;
    assert!(read_head(&mut stream).await.starts_with("HTTP/1.1 200"));
    let mut read = vec![0; GIB.to_string().len()];
    stream.read_exact(&mut read).await.unwrap();
    assert_eq!(read, GIB.to_string().as_bytes());
    assert_constant(&gateway, memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn events_as_they_happen() {
    const EVENTS: usize = 100_000;
    let _turn = turn().await;
    let first_seen = Arc::new(Notify::new());
    let seen = first_seen.clone();
    let product = bytes_server(move |mut stream| {
        let seen = seen.clone();
        async move {
            if !read_head(&mut stream).await.contains("x-forwarded-proto") {
                return;
            }
            let head =
                "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
            stream.write_all(head.as_bytes()).await.unwrap();
            let event = format!("data: {}\n\n", "x".repeat(1016));
            let chunk = format!("400\r\n{event}\r\n");
            stream.write_all(chunk.as_bytes()).await.unwrap();
            seen.notified().await;
            for _ in 1..EVENTS {
                stream.write_all(chunk.as_bytes()).await.unwrap();
            }
            stream.write_all(b"0\r\n\r\n").await.unwrap();
        }
    })
    .await;
    let (gateway, memory) = before(&product).await;
    let request = "GET /v1/products HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n";
    let (mut stream, head) = asked(gateway.address, request).await;
    assert!(head.contains("content-type: text/event-stream"), "{head}");
    assert_eq!(
        soon(read_bytes(&mut stream, 1024)).await,
        1024,
        "before any other is sent"
    );
    first_seen.notify_one();
    let rest = soon(read_bytes(&mut stream, usize::MAX)).await;
    assert!(rest > (EVENTS - 1) * 1024, "{rest}");
    assert_constant(&gateway, memory);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_websocket_in_both_directions() {
    const BYTES: usize = GIB / 4;
    let _turn = turn().await;
    let product = bytes_server(|mut stream| async move {
        if !read_head(&mut stream).await.contains("x-forwarded-proto") {
            return;
        }
        let head = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let (mut reads, mut writes) = stream.split();
        let _ = tokio::io::copy(&mut reads, &mut writes).await;
    })
    .await;
    let (gateway, memory) = before(&product).await;
    let request = "GET /v1/products HTTP/1.1\r\nHost: g\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n";
    let (stream, head) = asked(gateway.address, request).await;
    assert!(head.starts_with("HTTP/1.1 101"), "{head}");
    let (mut reads, mut writes) = stream.into_split();
    let writing = spawn(async move {
        write_bytes(&mut writes, BYTES).await;
        writes
    });
    assert_eq!(soon(read_bytes(&mut reads, BYTES)).await, BYTES);
    drop(writing.await.unwrap());
    assert_constant(&gateway, memory);
}
