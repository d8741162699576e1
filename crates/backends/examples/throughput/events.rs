use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use backends::{
    Clock, Ids,
    events::{Event, Events, Outcome, Subscription, Topic, embedded::SqliteEvents},
};
use serde_json::json;
use tempfile::TempDir;

use crate::{Work, measure, report};

const SUBSCRIPTIONS: [Subscription; 3] = [
    Subscription::to("bench.one", &[Topic::ProductCreated]),
    Subscription::to("bench.two", &[Topic::ProductCreated]),
    Subscription::to("bench.three", &[Topic::ProductCreated]),
];

fn event(ids: &Ids, clock: &Clock) -> Event {
    let id = ids.uuid();
    Event {
        id: id.into(),
        topic: Topic::ProductCreated,
        source: "bench".to_owned(),
        subject: id.to_string(),
        revision: 1,
        time: clock.now(),
        traceparent: None,
        data: json!({"product_id": id, "status": "active"}),
    }
}

fn publishes(log: &Arc<dyn Events>) -> Work {
    let (log, clock) = (log.clone(), Clock::system());
    let ids = Ids::new(clock.clone());
    Arc::new(move |_, _| {
        let (log, event) = (log.clone(), event(&ids, &clock));
        Box::pin(async move { log.publish(&[event]).await.unwrap() })
    })
}

pub(crate) async fn run() {
    let folder = TempDir::new().unwrap();
    let log: Arc<dyn Events> =
        Arc::new(SqliteEvents::open(&folder.path().join("events.sqlite"), Clock::system()).unwrap());
    for subscription in &SUBSCRIPTIONS {
        log.subscribe(subscription).await.unwrap();
    }
    measure("publish to 3 subscriptions", 64, publishes(&log)).await;
    consume(&log).await;
}

/// One consumer that takes sixteen at a time, as the services' consumers do.
async fn consume(log: &Arc<dyn Events>) {
    let (begun, mut times) = (Instant::now(), Vec::new());
    while begun.elapsed() < crate::TIME {
        let start = Instant::now();
        let pulled = log.pull(&SUBSCRIPTIONS[0], 16, Duration::ZERO).await.unwrap();
        let settling = pulled.iter().map(|delivery| log.settle(delivery, Outcome::Done));
        futures::future::join_all(settling)
            .await
            .into_iter()
            .for_each(Result::unwrap);
        times.extend(pulled.iter().map(|_| start.elapsed()));
    }
    report("pull and settle, 16 at a time", 1, times, begun.elapsed());
}
