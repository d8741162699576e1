use serde_json::json;
use service_kit::harness::Harness;

use crate::{bowls::SERVICE, reply::Ask};

#[tokio::test]
async fn a_bowl_is_listed_and_seen() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let made = kiln
        .post("/bowls")
        .bearer_auth(&maya.token)
        .json(&json!({ "title": "a", "grams": 3 }))
        .ask()
        .await
        .expect(201);
    let seen = kiln.get(made.header("location")).ask().await.expect(200);
    assert_eq!(seen.json()["title"], "a");
    assert_eq!(seen.header("etag"), made.header("etag"));
    kiln.stop().await;
}
