//! Several instances of one service: who is asked, who is asked again, and who is left alone.

use std::sync::{
    Arc,
    atomic::{
        AtomicBool, AtomicUsize,
        Ordering::{Relaxed, SeqCst},
    },
};

use axum::{Router, routing::get};
use service_kit::harness::{Harness, Setup};

use crate::{
    broken::{ANSWER, bytes_server, read_request},
    code_of,
    upstream::{Upstream, eventually, soon, spawn},
};

/// A gateway before these instances of product.
fn setting_before_all(urls: &[&str]) -> Setup {
    Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", urls.join(","))
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
}

async fn before_all(urls: &[&str]) -> Harness {
    setting_before_all(urls).start().await
}

async fn reads(gateway: &Harness) -> u16 {
    let answer = soon(gateway.get("/v1/products").send()).await.unwrap();
    let status = answer.status().as_u16();
    answer.bytes().await.unwrap();
    status
}

async fn searches(gateway: &Harness) -> u16 {
    let asked = gateway.post("/v1/products/search").body("words").send();
    soon(asked).await.unwrap().status().as_u16()
}

/// A number of the gateway's metrics, for product.
async fn counted(gateway: &Harness, name: &str) -> u64 {
    let metrics = gateway
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let line = format!("{name}_total{{service=\"product\"}} ");
    let number = metrics.lines().find_map(|text| text.strip_prefix(&line));
    number.unwrap().parse().unwrap()
}

/// A server that hangs up without an answer whenever `hangs_up` says so of the number of a request.
async fn unreliable(hangs_up: impl Fn(usize) -> bool + Send + Sync + 'static) -> (String, Arc<AtomicUsize>) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = asked.clone();
    let hangs_up = Arc::new(hangs_up);
    let url = bytes_server(move |_, mut stream| {
        let (counted, hangs_up) = (counted.clone(), hangs_up.clone());
        async move {
            use tokio::io::AsyncWriteExt;
            loop {
                let request = read_request(&mut stream).await;
                // What the gateway asks for itself (keys, documents) is not counted.
                if !request.contains("x-forwarded-proto")
                    || hangs_up(counted.fetch_add(1, SeqCst))
                    || stream.write_all(ANSWER).await.is_err()
                {
                    return;
                }
            }
        }
    })
    .await;
    (url, asked)
}

#[tokio::test]
async fn equal_instances_take_turns() {
    let (one, other) = (Upstream::agreeable().await, Upstream::agreeable().await);
    let gateway = before_all(&[one.url(), other.url()]).await;
    for _ in 0..20 {
        assert_eq!(reads(&gateway).await, 200);
    }
    assert_eq!((one.seen().len(), other.seen().len()), (10, 10));
    assert_eq!(
        (one.connections(), other.connections()),
        (1, 1),
        "each has its pool"
    );
}

#[tokio::test]
async fn the_instance_with_the_least_to_do_is_asked() {
    let hanging = Upstream::start(
        Router::new().route("/products", get(|| async { std::future::pending::<()>().await })),
    )
    .await;
    let free = Upstream::agreeable().await;
    let gateway = before_all(&[hanging.url(), free.url()]).await;
    let waiting = spawn(gateway.get("/v1/products").send());
    eventually(|| (hanging.seen().len() == 1).then_some(())).await;
    for _ in 0..20 {
        assert_eq!(reads(&gateway).await, 200);
    }
    assert_eq!((hanging.seen().len(), free.seen().len()), (1, 20));
    waiting.abort();
}

#[tokio::test]
async fn an_instance_that_is_down_costs_no_answer() {
    let up = Upstream::agreeable().await;
    let gateway = before_all(&["http://127.0.0.1:1", up.url()]).await;
    for _ in 0..20 {
        assert_eq!(reads(&gateway).await, 200);
        assert_eq!(
            searches(&gateway).await,
            200,
            "nobody has seen it, so it may be sent again"
        );
    }
    assert_eq!(up.seen().len(), 40);
}

#[tokio::test]
async fn what_may_be_repeated_is_asked_elsewhere_and_nothing_else() {
    let (broken, asked) = unreliable(|_| true).await;
    let well = Upstream::agreeable().await;
    let gateway = before_all(&[&broken, well.url()]).await;
    for _ in 0..4 {
        assert_eq!(reads(&gateway).await, 200);
    }
    let (first, before) = (asked.load(SeqCst), well.seen().len());
    assert!(first > 0 && before == 4);
    for seen in well.seen() {
        let left: u32 = seen.headers["x-request-timeout-ms"]
            .to_str()
            .unwrap()
            .parse()
            .unwrap();
        assert!((1..=35_000).contains(&left), "{left}");
    }

    let mut refused = 0;
    for _ in 0..4 {
        let answer = gateway
            .post("/v1/products/search")
            .header("idempotency-key", "a-key-of-mine");
        refused += usize::from(soon(answer.send()).await.unwrap().status() == 502);
    }
    assert!(refused > 0, "whether it had its effect is unknown");
    assert_eq!(asked.load(SeqCst) - first, refused, "each of those was sent once");
    assert_eq!(well.seen().len() - before, 4 - refused);
}

#[tokio::test]
async fn repeats_are_a_tenth_of_the_requests_at_most() {
    const REQUESTS: usize = 300;
    let (url, asked) = unreliable(|number| number % 2 == 1).await;
    let gateway = before_all(&[&url]).await;
    let begun = std::time::Instant::now();
    let mut failed = 0;
    for _ in 0..REQUESTS {
        failed += usize::from(reads(&gateway).await == 502);
    }
    let repeats = asked.load(SeqCst) - REQUESTS;
    let given_by_time = usize::try_from(begun.elapsed().as_secs()).unwrap() + 3;
    assert!(repeats >= REQUESTS / 10, "{repeats}");
    assert!(repeats <= REQUESTS / 10 + given_by_time, "{repeats}");
    assert!(failed > REQUESTS / 5, "{failed}");
    assert_eq!(counted(&gateway, "upstream_repeats").await, repeats as u64);
}

#[tokio::test]
async fn after_five_failures_it_is_left_alone_and_found_again_when_it_is_well() {
    let well = Arc::new(AtomicBool::new(false));
    let is_well = well.clone();
    let (url, asked) = unreliable(move |_| !is_well.load(Relaxed)).await;
    let gateway = before_all(&[&url]).await;
    for _ in 0..5 {
        assert_eq!(searches(&gateway).await, 502);
    }
    let refused = gateway.post("/v1/products/search").send().await.unwrap();
    assert_eq!(refused.headers()["retry-after"], "1");
    assert_eq!(code_of(refused).await, (503, "upstream_unavailable".to_owned()));
    assert_eq!(asked.load(SeqCst), 5, "it was not asked");

    well.store(true, Relaxed);
    let begun = std::time::Instant::now();
    soon(async { while searches(&gateway).await != 200 {} }).await;
    assert_eq!(asked.load(SeqCst), 6, "one request tried");
    assert!(begun.elapsed() < std::time::Duration::from_secs(2));
}

#[tokio::test]
async fn refusals_and_errors_of_a_service_do_not_make_it_unavailable() {
    let router = Router::new().route(
        "/products",
        get(|| async { (http::StatusCode::INTERNAL_SERVER_ERROR, "a bug") }),
    );
    let product = Upstream::start(router).await;
    let gateway = before_all(&[product.url()]).await;
    for _ in 0..20 {
        assert_eq!(
            reads(&gateway).await,
            500,
            "one broken route is no reason to close all"
        );
    }
    assert_eq!(product.seen().len(), 20);
}

#[tokio::test]
async fn clients_that_leave_do_not_make_a_service_unavailable() {
    let hanging = Router::new()
        .route("/products", get(|| async { std::future::pending::<()>().await }))
        .route("/products/1", get(|| async { "well" }));
    let product = Upstream::start(hanging).await;
    let gateway = before_all(&[product.url()]).await;
    for asked in 1..=8 {
        let hurried = gateway
            .get("/v1/products")
            .header("x-request-timeout-ms", "20")
            .send();
        assert_eq!(soon(hurried).await.unwrap().status(), 504);
        let leaving = spawn(gateway.get("/v1/products").send());
        eventually(|| (product.seen().len() == 2 * asked).then_some(())).await;
        leaving.abort();
    }
    let asked = gateway.get("/v1/products/1").send().await.unwrap();
    assert_eq!(asked.status(), 200);
}

#[tokio::test]
async fn an_instance_that_fails_where_others_do_not_is_ejected() {
    let failing = Upstream::start(
        Router::new().fallback(|| async { (http::StatusCode::INTERNAL_SERVER_ERROR, "its disk is gone") }),
    )
    .await;
    let well = Upstream::agreeable().await;
    let gateway = setting_before_all(&[failing.url(), well.url()])
        .setting("CRAFTCHAIN_GATEWAY_SWEEP_SECONDS", "6")
        .start()
        .await;
    soon(async {
        while counted(&gateway, "upstream_ejections").await == 0 {
            for _ in 0..20 {
                reads(&gateway).await;
            }
        }
    })
    .await;
    let before = failing.seen().len();
    assert!(before >= 10);
    for _ in 0..10 {
        assert_eq!(reads(&gateway).await, 200);
    }
    assert_eq!(failing.seen().len(), before);
}
