//! What the gateway answers itself.

use axum::{Router, http::StatusCode, routing::get};
use serde_json::{Value, json};
use service_kit::harness::Harness;

use crate::{before, upstream::Upstream};

async fn json_of(gateway: &Harness, path: &str) -> Value {
    let answer = gateway.get(path).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.json().await.unwrap()
}

#[tokio::test]
async fn the_gateway_is_healthy_and_ready_without_any_service() {
    let gateway = Harness::start(gateway::SERVICE).await;
    assert_eq!(json_of(&gateway, "/health").await["status"], "healthy");
    assert_eq!(json_of(&gateway, "/ready").await["status"], "ready");
    assert_eq!(json_of(&gateway, "/health/fleet").await["status"], "degraded");
}

#[tokio::test]
async fn the_fleets_health_says_which_services_are_ready() {
    let ready = Upstream::start(Router::new().route("/ready", get(|| async { "ready" }))).await;
    let waiting =
        Upstream::start(Router::new().route("/ready", get(|| async { StatusCode::SERVICE_UNAVAILABLE })))
            .await;
    let hanging =
        Upstream::start(Router::new().route("/ready", get(|| async { std::future::pending::<()>().await })))
            .await;
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", ready.url())
        .setting("CRAFTCHAIN_AUTH_URL", waiting.url())
        .setting("CRAFTCHAIN_MEDIA_URL", hanging.url())
        .start()
        .await;
    let begun = std::time::Instant::now();
    let health = json_of(&gateway, "/health/fleet").await;
    assert!(
        begun.elapsed() < std::time::Duration::from_secs(2),
        "all are asked at once"
    );
    assert_eq!(
        health,
        json!({ "status": "degraded", "services": {
            "product": "up", "auth": "down", "media": "down", "ml": "down", "pricing": "down",
            "analytics": "down", "blockchain": "down", "notification": "down", "storytelling": "down",
        } })
    );
    drop(ready);
    assert_eq!(
        json_of(&gateway, "/health/fleet").await,
        health,
        "asked at most once a second"
    );
}

#[tokio::test]
async fn what_is_handed_on_is_counted_by_service() {
    let product = Upstream::agreeable().await;
    let gateway = before(&product).await;
    gateway.get("/v1/products").send().await.unwrap();
    gateway.post("/v1/auth/login").send().await.unwrap();
    let metrics = gateway
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for line in [
        r#"upstream_requests_total{service="product",result="2xx"} 1"#,
        r#"upstream_requests_total{service="auth",result="unreachable"} 1"#,
        r#"upstream_connections_total{service="product"} 1"#,
        r#"upstream_answer_seconds_count{service="product"} 1"#,
    ] {
        assert!(metrics.contains(line), "{line} is not in\n{metrics}");
    }
}

#[tokio::test]
async fn a_wrong_setting_stops_the_start_in_one_line() {
    for (name, value) in [
        ("CRAFTCHAIN_GATEWAY_BODY_MIB", "0"),
        ("CRAFTCHAIN_GATEWAY_ANSWER_SECONDS", "never"),
        ("CRAFTCHAIN_PRODUCT_URL", "ftp://product.example"),
    ] {
        let started = Harness::of(gateway::SERVICE)
            .setting(name, value)
            .try_start()
            .await;
        let error = started.err().expect("it does not start").to_string();
        assert!(error.starts_with(name) && !error.contains('\n'), "{error}");
    }
}
