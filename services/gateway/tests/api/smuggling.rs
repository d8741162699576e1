//! Requests that two programs could divide differently. Each is refused, or the service sees exactly one request,
//! framed anew by the gateway.

use axum::{Router, extract::Request};
use http_body_util::BodyExt;
use service_kit::harness::Harness;

use crate::{before, raw::Raw, upstream::Upstream};

/// The request that must never reach a service.
const HIDDEN: &str = "GET /products/smuggled HTTP/1.1\r\nHost: gateway\r\n\r\n";

/// Answers with the length of the body that it saw.
async fn measuring() -> Upstream {
    let router = Router::new().fallback(|request: Request| async move {
        request
            .into_body()
            .collect()
            .await
            .map_or_else(|_| "cut".to_owned(), |body| body.to_bytes().len().to_string())
    });
    Upstream::start(router).await
}

/// The request after which the gateway ends the connection, if it got that far.
const LAST: &str = "GET /nothing HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";

/// Sends it all at once, and returns the statuses of all answers until the connection ends.
async fn statuses(gateway: &Harness, bytes: String) -> Vec<u16> {
    let mut connection = Raw::connect(gateway).await;
    connection.send(bytes + LAST).await;
    let answers = connection.rest().await;
    let answers = String::from_utf8_lossy(&answers);
    let heads = answers.split("HTTP/1.1 ").skip(1);
    heads.map(|head| head[..3].parse().unwrap()).collect()
}

fn post(headers: &str, body: &str) -> String {
    format!("POST /products/search HTTP/1.1\r\nHost: gateway\r\n{headers}\r\n\r\n{body}{HIDDEN}")
}

#[tokio::test]
async fn ambiguous_framing_is_refused() {
    let product = measuring().await;
    let gateway = before(&product).await;
    for (headers, body) in [
        // Encodings that are not exactly chunked.
        ("Transfer-Encoding: identity\r\nContent-Length: 0", ""),
        ("Transfer-Encoding: xchunked", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked, identity", "0\r\n\r\n"),
        ("Transfer-Encoding: identity, chunked", "0\r\n\r\n"),
        ("Transfer-Encoding: gzip, chunked", "0\r\n\r\n"),
        ("Transfer-Encoding: \"chunked\"", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked;a=b", "0\r\n\r\n"),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        (
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
            "0\r\n\r\n",
        ),
        (
            "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
            "0\r\n\r\n",
        ),
        ("Transfer-Encoding:\x0bchunked", "0\r\n\r\n"),
        ("Transfer-Encoding: chunked\x00", "0\r\n\r\n"),
        ("Transfer-Encoding:", ""),
        // Names that are not quite names.
        ("Transfer-Encoding : chunked", "0\r\n\r\n"),
        (" Transfer-Encoding: chunked", "0\r\n\r\n"),
        ("X: y\r\n Transfer-Encoding: chunked", "0\r\n\r\n"),
        ("Transfer-Encoding\t: chunked", "0\r\n\r\n"),
        ("Content-Length : 5", "words"),
        ("Content\x00-Length: 5", "words"),
        // Lengths that are not one number.
        ("Content-Length: 5\r\nContent-Length: 6", "words"),
        ("Content-Length: 5, 6", "words"),
        ("Content-Length: +5", "words"),
        ("Content-Length: -5", "words"),
        ("Content-Length: 0x5", "words"),
        ("Content-Length: 5 5", "words"),
        ("Content-Length: 5.0", "words"),
        ("Content-Length: five", "words"),
        ("Content-Length:", "words"),
        ("Content-Length: 99999999999999999999", "words"),
    ] {
        assert_eq!(
            statuses(&gateway, post(headers, body)).await,
            [400],
            "{headers:?}"
        );
        assert!(product.take().is_empty(), "{headers:?}");
    }
}

#[tokio::test]
async fn chunks_that_are_none_are_not_read_as_the_next_request() {
    let product = measuring().await;
    let gateway = before(&product).await;
    for body in [
        "5\r\nwordsX0\r\n\r\n",
        "5 \x00\r\nwords\r\n0\r\n\r\n",
        "-1\r\nwords\r\n0\r\n\r\n",
        "0x5\r\nwords\r\n0\r\n\r\n",
        "FFFFFFFFFFFFFFFFF\r\nwords\r\n0\r\n\r\n",
        "g\r\nwords\r\n0\r\n\r\n",
        "5\nwords\n0\n\n",
        "5\rwords\r0\r\r",
        "\r\n0\r\n\r\n",
    ] {
        let statuses = statuses(&gateway, post("Transfer-Encoding: chunked", body)).await;
        assert!(statuses.len() <= 1, "{body:?}: {statuses:?}");
        for seen in product.take() {
            assert_eq!(seen.target, "/products/search", "{body:?}");
        }
    }
}

/// HTTP allows both framings if the chunks count, and the connection need not end: what matters is that the service
/// is told one of them.
#[tokio::test]
async fn of_two_framings_the_chunks_count_and_only_they_are_told() {
    let product = measuring().await;
    let gateway = before(&product).await;
    let chunks = "5\r\nwords\r\n0\r\n\r\n";
    for headers in [
        "Content-Length: 4\r\nTransfer-Encoding: chunked".to_owned(),
        "Transfer-Encoding: chunked\r\nContent-Length: 4".to_owned(),
        "Transfer-Encoding: CHUNKED\r\nContent-Length: 0".to_owned(),
        format!(
            "Content-Length: {}\r\nTransfer-Encoding: chunked",
            chunks.len() + HIDDEN.len()
        ),
        "Transfer-Encoding: chunked\r\nConnection: transfer-encoding\r\nContent-Length: 3".to_owned(),
    ] {
        let statuses = statuses(&gateway, post(&headers, chunks)).await;
        let seen = product.take();
        // What follows the last chunk is the next request, to the gateway as to anybody; it is not the first's.
        let passed = statuses.iter().filter(|status| **status == 200).count();
        assert_eq!(seen.len(), passed, "{headers:?}");
        assert_eq!(seen[0].target, "/products/search");
        assert!(!seen[0].headers.contains_key("content-length"), "{headers:?}");
        assert_eq!(seen[0].headers["transfer-encoding"], "chunked");
    }
}

#[tokio::test]
async fn a_stated_length_is_kept_to_the_byte() {
    let product = measuring().await;
    let gateway = before(&product).await;
    let whole =
        "POST /products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nwords";
    let mut connection = Raw::connect(&gateway).await;
    connection.send(format!("{whole}{HIDDEN}")).await;
    assert_eq!(connection.answer().await.body, "5");
    connection.answer().await;
    let seen = product.take();
    assert_eq!(seen.len(), 2, "two requests were sent, one after the other");
    assert_eq!(seen[0].headers.get_all("content-length").iter().count(), 1);
}

#[tokio::test]
async fn requests_on_one_connection_are_answered_in_order() {
    let product = Upstream::start(
        Router::new().fallback(|request: Request| async move { request.uri().path().to_owned() }),
    )
    .await;
    let gateway = before(&product).await;
    let mut connection = Raw::connect(&gateway).await;
    let all: String = (0..10)
        .map(|number| format!("GET /v1/products/{number} HTTP/1.1\r\nHost: gateway\r\n\r\n"))
        .collect::<Vec<_>>()
        .concat();
    connection.send(all).await;
    for number in 0..10 {
        assert_eq!(connection.answer().await.body, format!("/products/{number}"));
    }
}

#[tokio::test]
async fn lines_that_are_no_request_are_refused() {
    let product = measuring().await;
    let gateway = before(&product).await;
    for line in [
        "GET /products HTTP/1.1\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: a, b\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: a/b\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost:\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: gateway\r\nBad Name: x\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: gateway\r\nX: a\x00b\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: gateway\r\nX: a\rb\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: gateway\r\nno colon\r\n\r\n",
        "GET /products HTTP/1.1\r\nHost: gateway\r\n: no name\r\n\r\n",
        "GET /products HTTP/9.9\r\nHost: gateway\r\n\r\n",
        "GET /products\r\n\r\n",
        "GET  /products HTTP/1.1\r\nHost: gateway\r\n\r\n",
        "GET /products /orders HTTP/1.1\r\nHost: gateway\r\n\r\n",
        "GET\t/products\tHTTP/1.1\r\nHost: gateway\r\n\r\n",
        "\x16\x03\x01\x02\x00\x01\x00\x01\r\n\r\n",
        "POST /products/search HTTP/1.0\r\nHost: gateway\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ] {
        let mut connection = Raw::connect(&gateway).await;
        connection.send(line).await;
        let status = connection.answer().await.status;
        assert!([0, 400, 505].contains(&status), "{line:?}: {status}");
        assert!(product.take().is_empty(), "{line:?}");
    }
}

#[tokio::test]
async fn too_many_and_too_long_headers_are_refused() {
    let product = measuring().await;
    let gateway = before(&product).await;
    let many: String = (0..200)
        .map(|number| format!("X-{number}: a\r\n"))
        .collect::<Vec<_>>()
        .concat();
    let long = format!("X: {}\r\n", "a".repeat(1 << 20));
    for headers in [many, long] {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send(format!(
                "GET /products HTTP/1.1\r\nHost: gateway\r\n{headers}\r\n"
            ))
            .await;
        let status = connection.answer().await.status;
        assert!([0, 431].contains(&status), "{status}");
    }
    assert!(product.take().is_empty());
}
