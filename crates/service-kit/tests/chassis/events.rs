//! The outbox and the inbox.

use std::time::Duration;

use backends::{
    documents::{Batch, Query},
    events::{Event, Subscription, Topic},
};
use serde_json::json;
use service_kit::harness::Harness;
use shared_models::{
    events::{EventBody, ProductUpdated, UserDeleted},
    ids::UserId,
};

use crate::{
    bowls::{DONE, SERVICE},
    reply::{Ask, eventually},
};

const EVERYTHING: Subscription = Subscription::to("tests.everything", Topic::ALL);

/// What the log tells a new subscription.
async fn told(kiln: &Harness, count: usize) -> Vec<Event> {
    let log = &kiln.kit.backends.events;
    log.subscribe(&EVERYTHING).await.unwrap();
    let mut events = Vec::new();
    while events.len() < count {
        let pulled = log.pull(&EVERYTHING, 100, Duration::from_secs(20)).await.unwrap();
        assert!(!pulled.is_empty(), "{} of {count} events came", events.len());
        for delivery in pulled {
            log.settle(&delivery, backends::events::Outcome::Done)
                .await
                .unwrap();
            events.push(delivery.event);
        }
    }
    events
}

fn deleted(kiln: &Harness, user_id: UserId) -> Event {
    Event {
        id: kiln.kit.ids.fresh(),
        topic: UserDeleted::TOPIC,
        source: "auth".into(),
        subject: user_id.to_string(),
        revision: 1,
        time: kiln.kit.clock.now(),
        traceparent: None,
        data: serde_json::to_value(UserDeleted { user_id }).unwrap(),
    }
}

async fn done(kiln: &Harness, key: &str) -> u64 {
    let document = kiln.kit.backends.documents.get(DONE, key).await.unwrap();
    document.map_or(0, |document| document.body["count"].as_u64().unwrap())
}

#[tokio::test]
async fn an_event_follows_its_commit_and_carries_its_trace() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    let theirs = "4bf92f3577b34da6a3ce929d0e0e4736";
    let listing = kiln
        .post("/bowls")
        .bearer_auth(&maya.token)
        .json(&json!({ "title": "a", "grams": 1 }));
    let made = listing
        .header("traceparent", format!("00-{theirs}-00f067aa0ba902b7-00"))
        .ask()
        .await
        .expect(201);
    let event = told(&kiln, 1).await.remove(0);
    assert_eq!(made.header("location"), format!("/bowls/{}", event.subject));
    assert_eq!(event.source, "product");
    assert!(event.traceparent.unwrap().starts_with(&format!("00-{theirs}-")));
    let outbox = async || {
        kiln.kit
            .backends
            .documents
            .count(&Query::all("outbox"))
            .await
            .unwrap()
    };
    eventually("the outbox is empty", async || {
        (outbox().await == 0).then_some(())
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_read_is_set_aside_and_holds_up_nothing() {
    let kiln = Harness::start(SERVICE).await;
    let mut batch = Batch::new();
    let at = backends::documents::time::value(kiln.kit.clock.now());
    for (id, event) in [
        ("a", json!({ "id": 7 })),
        ("b", json!(null)),
        ("c", json!("text")),
    ] {
        batch
            .create("outbox", id, &json!({ "at": at, "event": event }))
            .unwrap();
    }
    let user_id = kiln.kit.ids.fresh();
    kiln.kit
        .outbox
        .emit(&mut batch, user_id, 1, &UserDeleted { user_id })
        .unwrap();
    kiln.kit.backends.documents.commit(batch).await.unwrap();
    assert_eq!(told(&kiln, 1).await[0].subject, user_id.to_string());
    let dead = kiln
        .kit
        .backends
        .documents
        .query(&Query::all("outbox_dead"))
        .await
        .unwrap();
    assert_eq!(dead.len(), 3);
    assert_eq!(dead[0].body["waited"]["event"], json!({ "id": 7 }));
    assert!(dead[0].body["why"].as_str().unwrap().contains("id"));
}

#[tokio::test]
async fn an_event_that_comes_twice_has_one_effect() {
    let kiln = Harness::start(SERVICE).await;
    let second = Harness::of(SERVICE).beside(&kiln).start().await;
    let users: Vec<UserId> = (0..20).map(|_| kiln.kit.ids.fresh()).collect();
    let events: Vec<Event> = users.iter().map(|user| deleted(&kiln, *user)).collect();
    for _ in 0..2 {
        second.kit.backends.events.publish(&events).await.unwrap();
    }
    for user in &users {
        let key = format!("deleted:{user}");
        eventually("the effect", async || (done(&kiln, &key).await > 0).then_some(())).await;
        assert_eq!(done(&kiln, &key).await, 1);
    }
}

#[tokio::test]
async fn an_event_that_makes_no_sense_is_dead_and_holds_up_nothing() {
    let kiln = Harness::start(SERVICE).await;
    let user_id = kiln.kit.ids.fresh();
    let nonsense = Event {
        data: json!({ "user": 7 }),
        ..deleted(&kiln, user_id)
    };
    let after = deleted(&kiln, kiln.kit.ids.fresh());
    kiln.kit
        .backends
        .events
        .publish(&[nonsense.clone(), after.clone()])
        .await
        .unwrap();
    let key = format!("deleted:{}", after.subject);
    eventually("the next one", async || {
        (done(&kiln, &key).await == 1).then_some(())
    })
    .await;
    let subscription = Subscription::to("product.user-deleted", &[Topic::UserDeleted]);
    let dead = async || {
        kiln.kit
            .backends
            .events
            .dead_letters(&subscription, 10)
            .await
            .unwrap()
    };
    let dead = eventually("a dead letter", async || {
        Some(dead().await).filter(|dead| !dead.is_empty())
    })
    .await;
    assert_eq!(dead[0].id, nonsense.id);
}

#[tokio::test]
async fn a_slow_handler_keeps_its_delivery_and_holds_up_nothing() {
    let kiln = Harness::start(SERVICE).await;
    let product = |status: &str| {
        let body = ProductUpdated {
            product_id: kiln.kit.ids.fresh(),
            artisan_id: kiln.kit.ids.fresh(),
            changed_fields: Vec::new(),
            image_ids: Vec::new(),
            status: status.into(),
        };
        Event {
            topic: ProductUpdated::TOPIC,
            subject: body.product_id.to_string(),
            data: serde_json::to_value(body).unwrap(),
            ..deleted(&kiln, kiln.kit.ids.fresh())
        }
    };
    let (slow, quick) = (product("slow"), product("quick"));
    kiln.kit.backends.events.publish(&[slow, quick]).await.unwrap();
    eventually("the quick one", async || {
        (done(&kiln, "quick").await == 1).then_some(())
    })
    .await;
    assert_eq!(done(&kiln, "slow").await, 0);
    // It takes more than two leases, and is begun once.
    eventually("the slow one", async || {
        (done(&kiln, "slow").await == 1).then_some(())
    })
    .await;
    assert_eq!(done(&kiln, "begun slow").await, 1);
}
