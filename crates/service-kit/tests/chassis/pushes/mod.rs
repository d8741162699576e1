//! Events that Pub/Sub pushes.

mod kiln;
mod tokens;

use std::time::Duration;

use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use service_kit::{Background, harness::Harness};

use self::kiln::{DELETIONS, Kiln, envelope};
use crate::{
    bowls::SERVICE,
    reply::{Ask, Reply, eventually},
};

/// Pushes until it is settled, as Pub/Sub does: at first the consumers may not yet listen.
async fn settled(kiln: &Kiln, body: &Value) {
    eventually("it is settled", async || {
        let told = kiln.pushes(DELETIONS.name, body.to_string()).await;
        assert!(matches!(told.status, 204 | 404 | 503), "{told:?}");
        (told.status == 204).then_some(())
    })
    .await;
}

/// The answer once the consumers listen.
async fn answer(kiln: &Kiln, body: &Value) -> Reply {
    eventually("the consumers listen", async || {
        let told = kiln.pushes(DELETIONS.name, body.to_string()).await;
        (told.status != 404).then_some(told)
    })
    .await
}

#[tokio::test]
async fn a_pushed_event_has_its_effect_before_it_is_settled() {
    let kiln = Kiln::start().await;
    let deletion = kiln.deletion();
    settled(&kiln, &envelope(&deletion)).await;
    assert_eq!(kiln.effects(&deletion).await, 1);
}

#[tokio::test]
async fn an_event_that_is_pushed_twice_has_one_effect() {
    let kiln = Kiln::start().await;
    let (first, deletion) = (kiln.deletion(), kiln.deletion());
    settled(&kiln, &envelope(&first)).await;
    let body = envelope(&deletion);
    join_all((0..8).map(|_| settled(&kiln, &body))).await;
    kiln.pushes(DELETIONS.name, body.to_string()).await.expect(204);
    assert_eq!(kiln.effects(&deletion).await, 1);

    // Even when the ledger has forgotten it, the inbox has not.
    let delivery = format!("{}:{}", DELETIONS.name, deletion.id);
    kiln.forgets("deliveries", &delivery).await;
    settled(&kiln, &body).await;
    assert_eq!(kiln.effects(&deletion).await, 1);
}

#[tokio::test]
async fn an_event_that_cannot_be_handled_yet_must_come_again() {
    let kiln = Kiln::start().await;
    kiln.cools().await;
    let deletion = kiln.deletion();
    let body = envelope(&deletion);
    let refused = answer(&kiln, &body).await;
    refused.expect_problem(503, "unavailable");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(kiln.effects(&deletion).await, 0);

    kiln.is_heated().await;
    kiln.kit.clock.advance(chrono::Duration::seconds(2)); // past the first backoff
    settled(&kiln, &body).await;
    assert_eq!(kiln.effects(&deletion).await, 1);
}

#[tokio::test]
async fn what_is_no_push_is_refused_and_names_what_is_wrong() {
    let kiln = Kiln::start().await;
    let good = envelope(&kiln.deletion());
    settled(&kiln, &good).await;
    let without = |pointer: &str, name: &str| {
        let mut body = good.clone();
        let object = body.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        object.remove(name).unwrap();
        body.to_string()
    };
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        *body.pointer_mut(pointer).unwrap() = value;
        body.to_string()
    };
    for body in [
        String::new(),
        "{".to_owned(),
        "{}".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        good.to_string()[1..].to_owned(),
        without("", "message"),
        without("", "subscription"),
        without("/message", "messageId"),
        with("/message", json!("7")),
        with("/message/messageId", json!("")),
        with("/message/messageId", json!(7)),
        with("/message/data", json!("*")),
        with("/message/data", json!("YQ")), // its padding is missing
        with("/message/data", json!({})),
        with("/message/attributes", json!([])),
        with("/message/attributes/ce-id", json!(7)),
        with("/message/attributes/ce-type", json!("product-created")), // of another topic
    ] {
        let refused = kiln.pushes(DELETIONS.name, body.clone()).await;
        assert_eq!(refused.status, 400, "{body}: {refused:?}");
        refused.expect_problem(400, "malformed");
    }
}

#[tokio::test]
async fn nothing_else_is_taken_at_this_door() {
    let kiln = Kiln::start().await;
    let body = envelope(&kiln.deletion());
    settled(&kiln, &body).await;
    for unknown in [
        "product.unknown",
        "product.user-deleted.user-deleted",
        "..",
        "%F0%9F%8F%BA",
    ] {
        let refused = kiln.pushes(unknown, body.to_string()).await;
        refused.expect_problem(404, "not_found");
    }
    let unreadable = kiln.pushes("%ff", body.to_string()).await;
    unreadable.expect_problem(400, "malformed");
    let large = kiln.pushes(DELETIONS.name, vec![b' '; (15 << 20) + 1]).await;
    large.expect_problem(413, "too_large");
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let refused = kiln
            .request(method, "/internal/events/product.user-deleted")
            .ask()
            .await;
        refused.expect_problem(405, "method_not_allowed");
    }
    let described = kiln.request(Method::GET, "/openapi.json").ask().await.expect(200);
    assert!(!described.body.contains("/internal/events"), "{described:?}");
}

#[tokio::test]
async fn a_service_has_no_door_when_it_pulls_or_listens_to_nothing() {
    let pulls = Harness::start(SERVICE).await;
    let refused = pulls.post("/internal/events/product.user-deleted").ask().await;
    refused.expect_problem(404, "not_found");
    let listens_to_nothing = Kiln::doing(|_| Background::default()).await;
    let body = envelope(&listens_to_nothing.deletion());
    let refused = listens_to_nothing.pushes(DELETIONS.name, body.to_string()).await;
    refused.expect_problem(404, "not_found");
}

#[tokio::test]
async fn a_push_that_waits_when_the_service_ends_is_answered() {
    let begun = std::sync::Arc::new(tokio::sync::Notify::new());
    let bell = begun.clone();
    let kiln = Kiln::doing(move |_| {
        Background::default().consume(DELETIONS, move |_| {
            let bell = bell.clone();
            async move {
                bell.notify_one();
                tokio::time::sleep(Duration::from_millis(200)).await;
                Ok(backends::documents::Batch::new())
            }
        })
    })
    .await;
    let body = envelope(&kiln.deletion());
    let ending = async {
        begun.notified().await;
        kiln.ends();
    };
    let ((), ()) = tokio::join!(settled(&kiln, &body), ending);
}
