//! Pub/Sub pushes into a server of ours. Google's emulator does so without a token; the kit's tests are about tokens.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
    routing::post,
};
use backends::{
    Error,
    events::{Events, Outcome, Push, PushDoor, Pushed, pubsub::PubSubEvents},
};
use tempfile::TempDir;
use tokio::{net::TcpListener, task::JoinSet, time::timeout};

use super::{Address, address, pubsub::log, raw::Raw};
use crate::events::{USERS, deletions};

/// Longer than the emulator waits between two tries.
const IN_TIME: Duration = Duration::from_mins(1);

/// A server with a door, and the log behind it.
struct House {
    log: Arc<PubSubEvents>,
    address: Address,
    answers: Arc<Mutex<Vec<StatusCode>>>,
    _serving: JoinSet<()>,
    _folder: TempDir,
}

#[derive(Clone)]
struct Entrance {
    door: PushDoor,
    answers: Arc<Mutex<Vec<StatusCode>>>,
}

impl House {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let push = Push {
            endpoint: format!("http://{}/internal/events", listener.local_addr().unwrap()),
            account: "pusher@test.iam.gserviceaccount.com".to_owned(),
        };
        let address = Address {
            push: Some(push.clone()),
            ..address()
        };
        let (log, folder) = log(&address).await;
        let (log, answers) = (Arc::new(log), Arc::default());
        let entrance = Entrance {
            door: PushDoor {
                push,
                log: log.clone(),
            },
            answers: Arc::clone(&answers),
        };
        let router = Router::new().route("/internal/events/{subscription}", post(take));
        let mut serving = JoinSet::new();
        let router = router.with_state(entrance);
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            log,
            address,
            answers,
            _serving: serving,
            _folder: folder,
        }
    }

    fn answered(&self, status: StatusCode) -> usize {
        let answers = self.answers.lock().unwrap();
        answers.iter().filter(|answer| **answer == status).count()
    }

    /// Consumes until all has been pushed and settled; each event fails once. Answers how often each was delivered.
    async fn consumes(&self, expected: usize) -> HashMap<String, u32> {
        let mut deliveries = HashMap::new();
        while self.answered(StatusCode::NO_CONTENT) < expected {
            let wait = Duration::from_millis(200);
            for delivery in self.log.pull(&USERS, 10, wait).await.unwrap() {
                *deliveries.entry(delivery.event.subject.clone()).or_default() += 1;
                let outcome = if delivery.attempt == 1 {
                    Outcome::Retry
                } else {
                    Outcome::Done
                };
                self.log.settle(&delivery, outcome).await.unwrap();
            }
        }
        deliveries
    }
}

async fn take(State(entrance): State<Entrance>, Path(subscription): Path<String>, body: Bytes) -> StatusCode {
    let answer = match entrance.door.log.push(&subscription, &body).await {
        Ok(Pushed::Settled) => StatusCode::NO_CONTENT,
        Ok(Pushed::Again) => StatusCode::SERVICE_UNAVAILABLE,
        Err(Error::NotFound) => StatusCode::NOT_FOUND,
        Err(error) => panic!("{error}"),
    };
    entrance.answers.lock().unwrap().push(answer);
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_pubsub_pushes_comes_again_until_it_is_settled() {
    let house = House::open().await;
    house.log.subscribe(&USERS).await.unwrap();
    house.log.publish(&deletions(&["a", "b"])).await.unwrap();
    let deliveries = timeout(IN_TIME, house.consumes(2)).await.expect("in time");
    let twice = [("a".to_owned(), 2), ("b".to_owned(), 2)];
    assert_eq!(deliveries, HashMap::from(twice));
    assert!(
        house.answered(StatusCode::SERVICE_UNAVAILABLE) >= 2,
        "each failed once"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_pushed_and_is_no_event_is_set_aside() {
    let house = House::open().await;
    house.log.subscribe(&USERS).await.unwrap();
    let raw = Raw::at(&house.address);
    raw.publishes("user-deleted", "hello", ("from", "nobody")).await;
    let deliveries = timeout(IN_TIME, house.consumes(1)).await.expect("in time");
    assert!(deliveries.is_empty(), "{deliveries:?}");
    assert_eq!(raw.oldest("test.users.dead").await["from"], "nobody");
}
