//! Services that are down, slow, or break off.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

use axum::{Router, body::Body, routing::get};
use service_kit::harness::Harness;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::{
    before, code_of,
    raw::Raw,
    setting_before,
    upstream::{Upstream, eventually, soon, spawn},
};

/// A server of bytes: each connection is handed to `serve`, with its number.
pub(crate) async fn bytes_server<F, R>(serve: F) -> String
where
    F: Fn(usize, TcpStream) -> R + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    spawn(async move {
        for number in 0.. {
            let (stream, _) = listener.accept().await.unwrap();
            spawn(serve(number, stream));
        }
    });
    url
}

/// Reads one request without a body.
pub(crate) async fn read_request(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        match stream.read_u8().await {
            Ok(byte) => head.push(byte),
            Err(_) => break,
        }
    }
    String::from_utf8(head).unwrap()
}

pub(crate) const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nwords";

async fn gateway_before(url: String) -> Harness {
    Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", url)
        .setting("CRAFTCHAIN_GATEWAY_ANSWER_SECONDS", "1")
        .start()
        .await
}

#[tokio::test]
async fn a_service_that_is_down_is_unavailable_and_found_again_when_it_is_up() {
    let product = Upstream::agreeable().await;
    let address = product.url().replace("http://", "");
    let gateway = before(&product).await;
    assert_eq!(gateway.get("/v1/products").send().await.unwrap().status(), 200);

    drop(product);
    let refused = eventually_refused(&gateway).await;
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(code_of(refused).await, (503, "upstream_unavailable".to_owned()));
    let upload = gateway
        .post("/v1/products/search")
        .body("words")
        .send()
        .await
        .unwrap();
    assert_eq!(code_of(upload).await, (503, "upstream_unavailable".to_owned()));

    let listener = TcpListener::bind(&address)
        .await
        .expect("the same port is free again");
    let _again = Upstream::on(listener, Router::new().fallback(|| async { "back" }));
    assert_eq!(
        gateway
            .get("/v1/products")
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap(),
        "back"
    );
}

/// The server's tasks end a moment after it is dropped.
async fn eventually_refused(gateway: &Harness) -> reqwest::Response {
    soon(async {
        loop {
            let answer = gateway.get("/v1/products").send().await.unwrap();
            if answer.status() != 200 {
                return answer;
            }
        }
    })
    .await
}

#[tokio::test]
async fn services_that_do_not_exist_yet_are_unavailable() {
    let gateway = Harness::start(gateway::SERVICE).await;
    let token = gateway.artisan().await.token;
    for path in [
        "/v1/products",
        "/v1/carts",
        "/v1/orders",
        "/v1/payouts",
        "/v1/auth/profile",
        "/v1/ml/text",
        "/v1/pricing/calculate",
        "/v1/analytics/events",
        "/v1/blockchain/passport/1",
        "/v1/notifications",
        "/v1/media/upload",
        "/v1/stories",
        "/v1/books",
    ] {
        let answer = gateway.get(path).bearer_auth(&token).send().await.unwrap();
        assert!(answer.headers().contains_key("retry-after"), "{path}");
        assert_eq!(
            code_of(answer).await,
            (503, "upstream_unavailable".to_owned()),
            "{path}"
        );
    }
}

#[tokio::test]
async fn a_service_that_does_not_answer_in_time_is_given_up() {
    let url = bytes_server(|_, mut stream| async move {
        read_request(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let gateway = gateway_before(url).await;
    let begun = Instant::now();
    let late = gateway.get("/v1/products").send().await.unwrap();
    assert_eq!(code_of(late).await, (504, "upstream_timeout".to_owned()));
    assert!(begun.elapsed() >= Duration::from_secs(1));

    let hurried = gateway.get("/v1/products").header("x-request-timeout-ms", "50");
    let begun = Instant::now();
    assert_eq!(hurried.send().await.unwrap().status(), 504);
    assert!(
        begun.elapsed() < Duration::from_secs(1),
        "the caller had less time"
    );
}

#[tokio::test]
async fn a_service_that_goes_on_reading_a_body_is_not_late() {
    let router = Router::new().fallback(|body: bytes::Bytes| async move { body.len().to_string() });
    let product = Upstream::start(router).await;
    let gateway = setting_before(&product)
        .setting("CRAFTCHAIN_GATEWAY_ANSWER_SECONDS", "1")
        .start()
        .await;
    let mut connection = Raw::connect(&gateway).await;
    connection
        .send("POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 8\r\n\r\n")
        .await;
    for _ in 0..8 {
        // Two seconds in all: the time to answer begins with the last byte.
        tokio::time::sleep(Duration::from_millis(250)).await;
        connection.send("x").await;
    }
    assert_eq!(connection.answer().await.body, "8");
}

#[tokio::test]
async fn a_service_that_hangs_up_without_an_answer_is_broken_and_asked_only_once() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let url = bytes_server(move |_, mut stream| {
        let counted = counted.clone();
        async move {
            if read_request(&mut stream).await.starts_with("POST") {
                counted.fetch_add(1, SeqCst);
            }
        }
    })
    .await;
    let gateway = gateway_before(url).await;
    let broken = gateway.post("/v1/products/search").send().await.unwrap();
    assert_eq!(code_of(broken).await, (502, "upstream_broken".to_owned()));
    assert_eq!(asked.load(SeqCst), 1, "whether it had its effect is unknown");
}

#[tokio::test]
async fn an_answer_that_is_not_http_is_broken() {
    for garbage in [
        "SSH-2.0-OpenSSH_9.6\r\n",
        "HTTP/1.1 two hundred\r\n\r\n",
        "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 6\r\n\r\nwords",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
    ] {
        let url = bytes_server(move |_, mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(garbage.as_bytes()).await.unwrap();
            let _ = stream.read_u8().await;
        })
        .await;
        let gateway = gateway_before(url).await;
        let answer = gateway.get("/v1/products").send().await.unwrap();
        assert_eq!(
            code_of(answer).await,
            (502, "upstream_broken".to_owned()),
            "{garbage:?}"
        );
    }
}

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off_for_the_client_too() {
    for begun in [
        "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nwords",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwords\r\n",
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nwo",
    ] {
        let url = bytes_server(move |_, mut stream| async move {
            read_request(&mut stream).await;
            stream.write_all(begun.as_bytes()).await.unwrap();
        })
        .await;
        let gateway = gateway_before(url).await;
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send("GET /v1/products HTTP/1.1\r\nHost: gateway\r\n\r\n")
            .await;
        assert!(connection.head().await.starts_with("HTTP/1.1 200"));
        let rest = connection.rest().await; // the connection ends
        assert!(
            !rest.ends_with(b"0\r\n\r\n") && rest.len() < 100,
            "not as if it were whole"
        );
    }
}

#[tokio::test]
async fn connections_are_used_again() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    for _ in 0..20 {
        let small = gateway.get("/v1/products").send().await.unwrap();
        small.bytes().await.unwrap();
        let upload = gateway.post("/v1/products/search").body("words");
        upload.send().await.unwrap().bytes().await.unwrap();
    }
    assert_eq!(product.seen().len(), 40);
    assert_eq!(product.connections(), 1);
}

#[tokio::test]
async fn requests_at_once_have_connections_of_their_own() {
    let (opens, _) = tokio::sync::broadcast::channel::<()>(1);
    let waiting = opens.clone();
    let router = Router::new().route(
        "/products",
        get(move || {
            let mut opened = waiting.subscribe();
            async move { opened.recv().await.map_or("closed", |()| "open") }
        }),
    );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    let asked: Vec<_> = (0..8)
        .map(|_| spawn(gateway.get("/v1/products").send()))
        .collect();
    eventually(|| (opens.receiver_count() == 8).then_some(())).await;
    opens.send(()).unwrap();
    for asked in asked {
        let answer = soon(asked).await.unwrap().unwrap();
        assert_eq!(answer.text().await.unwrap(), "open");
    }
    assert_eq!(product.connections(), 8);
}

/// The service closes each connection after one answer, without saying so: every connection in the pool is stale.
#[tokio::test]
async fn a_connection_that_was_closed_meanwhile_costs_no_answer() {
    let closed = Arc::new(AtomicUsize::new(0));
    let counted = closed.clone();
    let url = bytes_server(move |_, mut stream| {
        let counted = counted.clone();
        async move {
            read_request(&mut stream).await;
            stream.write_all(ANSWER).await.unwrap();
            drop(stream);
            counted.fetch_add(1, SeqCst);
        }
    })
    .await;
    let gateway = gateway_before(url).await;
    for asked in 1..=20 {
        // By POST, which nobody may repeat.
        let answer = gateway.post("/v1/products/search").send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "words", "{asked}");
        eventually(|| (closed.load(SeqCst) >= asked).then_some(())).await;
    }
}

/// What one client does not read, another must not be given.
#[tokio::test]
async fn an_answer_that_its_client_left_is_nobody_elses() {
    let router = Router::new()
        .route(
            "/products/long",
            get(|| async {
                let words = Ok::<_, std::convert::Infallible>("mine ".repeat(1000));
                Body::from_stream(tokio_stream::iter(vec![words; 1000]))
            }),
        )
        .route("/products/short", get(|| async { "yours" }));
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    for _ in 0..20 {
        let mut connection = Raw::connect(&gateway).await;
        connection
            .send("GET /v1/products/long HTTP/1.1\r\nHost: gateway\r\n\r\n")
            .await;
        connection.head().await;
        drop(connection);
        let answer = gateway.get("/v1/products/short").send().await.unwrap();
        assert_eq!(answer.text().await.unwrap(), "yours");
    }
}

/// The service has answered, but goes on to take the request's body: its connection is not free yet.
#[tokio::test]
async fn an_answer_before_its_requests_end_holds_up_no_other() {
    let url = bytes_server(|_, mut stream| async move {
        while !read_request(&mut stream).await.is_empty() {
            stream.write_all(ANSWER).await.unwrap();
        }
    })
    .await;
    let gateway = gateway_before(url).await;
    let mut sending = Raw::connect(&gateway).await;
    sending
        .send("POST /v1/products/search HTTP/1.1\r\nHost: g\r\nContent-Length: 100\r\n\r\nwords")
        .await;
    assert_eq!(sending.answer().await.body, "words");
    for _ in 0..3 {
        let other = gateway.get("/v1/products").send().await.unwrap();
        assert_eq!(other.text().await.unwrap(), "words");
    }
}

#[tokio::test]
async fn problems_of_services_pass_in_their_own_words() {
    let router = Router::new()
        .route(
            "/products/problem",
            get(|| async {
                let kind = [("content-type", "application/problem+json")];
                (http::StatusCode::CONFLICT, kind, r#"{"code":"sold"}"#)
            }),
        )
        .route(
            "/products/page",
            get(|| async {
                (
                    http::StatusCode::NOT_FOUND,
                    [("content-type", "text/html")],
                    "<h1>no</h1>",
                )
            }),
        )
        .route(
            "/products/bare",
            get(|| async { http::StatusCode::INTERNAL_SERVER_ERROR }),
        );
    let product = Upstream::start(router).await;
    let gateway = before(&product).await;
    for (path, status, kind, body) in [
        (
            "problem",
            409,
            Some("application/problem+json"),
            r#"{"code":"sold"}"#,
        ),
        ("page", 404, Some("text/html"), "<h1>no</h1>"),
        ("bare", 500, None, ""),
    ] {
        let answer = gateway.get(&format!("/v1/products/{path}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), status);
        let told = answer
            .headers()
            .get("content-type")
            .map(|kind| kind.to_str().unwrap().to_owned());
        assert_eq!(told.as_deref(), kind);
        assert_eq!(answer.text().await.unwrap(), body);
    }
}

#[tokio::test]
async fn the_gateway_ends_soon_with_connections_in_its_pool() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    for _ in 0..3 {
        gateway
            .get("/v1/products")
            .send()
            .await
            .unwrap()
            .bytes()
            .await
            .unwrap();
    }
    let begun = Instant::now();
    soon(gateway.stop()).await;
    assert!(
        begun.elapsed() < Duration::from_secs(5),
        "idle connections are nothing to wait for"
    );
}
