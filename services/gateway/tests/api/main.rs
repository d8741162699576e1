//! The gateway's API over HTTP: the real gateway, with real servers behind it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod admission;
mod bodies;
mod broken;
mod crowds;
mod differential;
mod documents;
mod drain;
mod front;
mod headers;
mod idle;
mod instances;
mod own;
mod paths;
mod raw;
mod routing;
mod smuggling;
mod streams;
mod upgrades;
mod upstream;

use service_kit::harness::{Harness, Setup};
use upstream::Upstream;

/// A gateway with this upstream as product.
async fn before(product: &Upstream) -> Harness {
    setting_before(product).start().await
}

/// The same, to be set up further.
fn setting_before(product: &Upstream) -> Setup {
    Harness::of(gateway::SERVICE).setting("CRAFTCHAIN_PRODUCT_URL", product.url())
}

/// The stable code of a problem.
async fn code_of(answer: reqwest::Response) -> (u16, String) {
    let status = answer.status().as_u16();
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    let problem: serde_json::Value = answer.json().await.expect("a problem in JSON");
    let text = |field: &str| problem[field].as_str().unwrap_or_default().to_owned();
    assert_eq!(problem["status"], status);
    assert_eq!(text("trace_id").len(), 32, "{problem}");
    (status, text("code"))
}
