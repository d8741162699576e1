//! What is true of Pub/Sub's implementation alone.

use std::{sync::Arc, time::Duration};

use axum::http::{Method, StatusCode};
use backends::{
    Clock, Error,
    documents::embedded::SqliteDocuments,
    events::{Events, Outcome, Push, Pushed, Pushes, Topic},
};
use serde_json::json;
use tempfile::TempDir;

use super::{
    Address, COLLECTIONS, PubSubEvents, Schema, Server, address,
    raw::{Raw, pushed},
};
use crate::{
    events::{USERS, deletions, events, pull},
    google::stand_in::StandIn,
};

/// A log, with its ledger in a file.
pub(super) async fn log(address: &Address) -> (PubSubEvents, TempDir) {
    let folder = TempDir::new().unwrap();
    let store = SqliteDocuments::open(&folder.path().join("ledger.sqlite"), Schema::of(COLLECTIONS)).unwrap();
    let log = PubSubEvents::connect(address.clone(), Arc::new(store), Clock::system()).await;
    (log.unwrap(), folder)
}

async fn on(stand_in: &StandIn) -> (PubSubEvents, TempDir) {
    let address = Address {
        project: "test".to_owned(),
        server: Server::Anonymous(stand_in.url()),
        push: None,
    };
    log(&address).await
}

/// The emulator begins there by itself and cannot seek; production must be told.
#[tokio::test]
async fn a_new_subscription_is_set_back_to_the_oldest_message_even_if_who_made_it_died_before() {
    let stand_in = StandIn::start().await;
    let (log, _folder) = on(&stand_in).await;
    let seeks = || stand_in.asked(&Method::POST, ":seek").len();

    stand_in.refuses(":seek", StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(log.subscribe(&USERS).await, Err(Error::Unavailable(_))));
    stand_in.refuses_nothing();
    let before = seeks();
    log.subscribe(&USERS).await.unwrap();
    assert_eq!(seeks() - before, USERS.topics.len(), "each topic's, once");
    for seek in stand_in.asked(&Method::POST, ":seek") {
        assert_eq!(seek, json!({ "time": "1970-01-01T00:00:00Z" }));
    }

    let before = seeks();
    log.subscribe(&USERS).await.unwrap();
    assert_eq!(seeks(), before, "once only");
}

#[tokio::test]
async fn a_subscription_is_made_as_it_must_be() {
    let stand_in = StandIn::start().await;
    let (log, _folder) = on(&stand_in).await;
    log.subscribe(&USERS).await.unwrap();
    let made = stand_in.asked(&Method::PUT, "/subscriptions/test.users.user-deleted");
    assert_eq!(made.len(), 1);
    assert_eq!(made[0]["topic"], "projects/test/topics/user-deleted");
    assert_eq!(made[0]["enableMessageOrdering"], true);
    assert_eq!(made[0]["messageRetentionDuration"], "604800s");
    assert_eq!(made[0]["expirationPolicy"], json!({}), "never");
    assert_eq!(stand_in.asked(&Method::PUT, "/topics/test.users.dead").len(), 1);
}

#[tokio::test]
async fn a_service_that_may_not_make_subscriptions_says_which_one_is_missing() {
    let stand_in = StandIn::start().await;
    let (log, _folder) = on(&stand_in).await;
    stand_in.refuses("/subscriptions/test.users.user-registered", StatusCode::FORBIDDEN);
    let refused = log.subscribe(&USERS).await.unwrap_err().to_string();
    assert!(refused.contains("test.users.user-registered"), "{refused}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_missing_is_not_the_events_fault() {
    let address = address();
    let (log, _folder) = log(&address).await;
    for topic in Topic::ALL {
        Raw::at(&address).removes_topic(topic.name()).await;
    }
    let refused = log.publish(&deletions(&["a"])).await.unwrap_err();
    assert!(
        matches!(&refused, Error::Other(text) if text.contains("user-deleted")),
        "{refused}"
    );
    assert!(matches!(log.ping().await, Err(Error::Other(_))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_is_no_event_is_set_aside_and_holds_up_nobody() {
    let address = address();
    let (log, _folder) = log(&address).await;
    log.subscribe(&USERS).await.unwrap();
    Raw::at(&address)
        .publishes("user-deleted", "hello", ("from", "nobody"))
        .await;
    let published = deletions(&["a"]);
    log.publish(&published).await.unwrap();
    assert_eq!(events(&pull(&log, &USERS, 1).await), published);
    let aside = Raw::at(&address).oldest("test.users.dead").await;
    assert_eq!(aside["from"], "nobody");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_dead_letter_is_also_on_its_topic() {
    let address = address();
    let (log, _folder) = log(&address).await;
    log.subscribe(&USERS).await.unwrap();
    log.publish(&deletions(&["a"])).await.unwrap();
    let delivery = pull(&log, &USERS, 1).await.remove(0);
    log.settle(&delivery, Outcome::Dead).await.unwrap();
    let letter = Raw::at(&address).oldest("test.users.dead").await;
    assert_eq!(letter["ce-id"], delivery.event.id.to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pushed_event_is_settled_by_its_consumer() {
    let address = Address {
        push: Some(Push {
            endpoint: "http://127.0.0.1:1/internal/events".to_owned(),
            account: "pusher@test.iam.gserviceaccount.com".to_owned(),
        }),
        ..address()
    };
    let (log, _folder) = log(&address).await;
    let log = Arc::new(log);
    log.subscribe(&USERS).await.unwrap();
    let event = deletions(&["a"]).remove(0);
    let body = pushed(&event);
    assert!(
        matches!(log.push(USERS.name, &body).await, Err(Error::NotFound)),
        "nobody listens"
    );

    for (outcome, answer) in [(Outcome::Retry, Pushed::Again), (Outcome::Done, Pushed::Settled)] {
        let consuming = async {
            let delivery = pull(&*log, &USERS, 1).await.remove(0);
            assert_eq!(delivery.event, event);
            log.settle(&delivery, outcome).await.unwrap();
        };
        // Pub/Sub pushes again until it is told that all is well.
        let pushing = async {
            loop {
                match log.push(USERS.name, &body).await {
                    Err(Error::NotFound) => tokio::task::yield_now().await,
                    Ok(Pushed::Again) if answer == Pushed::Settled => {
                        tokio::time::sleep(Duration::from_millis(50)).await;
                    }
                    told => return told.unwrap(),
                }
            }
        };
        let (told, ()) = tokio::join!(pushing, consuming);
        assert_eq!(told, answer);
    }
    assert!(matches!(
        log.push(USERS.name, b"{}").await,
        Err(Error::Invalid(_))
    ));
}
