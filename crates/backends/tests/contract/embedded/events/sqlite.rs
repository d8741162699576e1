//! What is true of events on SQLite alone.

use std::time::Duration;

use backends::{
    Clock, Ids,
    events::{Event, Events, Outcome, Subscription, Topic, embedded::SqliteEvents},
};
use serde_json::json;
use tempfile::TempDir;

const ONE: Subscription = Subscription::to("test.one", &[Topic::UserDeleted]);
const TWO: Subscription = Subscription::to("test.two", &[Topic::UserDeleted]);
const LATE: Subscription = Subscription::to("test.late", &[Topic::UserDeleted]);

struct Log {
    events: SqliteEvents,
    clock: Clock,
    folder: TempDir,
}

impl Log {
    fn open() -> Self {
        let folder = TempDir::new().unwrap();
        let clock = Clock::set_to(Clock::system().now());
        let events = SqliteEvents::open(&folder.path().join("events.sqlite"), clock.clone()).unwrap();
        Self {
            events,
            clock,
            folder,
        }
    }

    async fn publish(&self, subject: &str) {
        let event = Event {
            id: Ids::new(self.clock.clone()).fresh(),
            topic: Topic::UserDeleted,
            source: "test".to_owned(),
            subject: subject.to_owned(),
            revision: 1,
            time: self.clock.now(),
            traceparent: None,
            data: json!({}),
        };
        self.events.publish(&[event]).await.unwrap();
    }

    async fn settle_all(&self, subscription: &Subscription, outcome: Outcome) {
        for delivery in self.events.pull(subscription, 100, Duration::ZERO).await.unwrap() {
            self.events.settle(&delivery, outcome).await.unwrap();
        }
    }

    /// Publishing looks for what may go, an hour after it looked last.
    async fn days_pass(&self, days: i64) {
        self.clock.advance(chrono::Duration::days(days));
        self.publish("time passes").await;
    }

    /// What a subscription that comes now would get.
    fn retained(&self) -> Vec<String> {
        let db = rusqlite::Connection::open(self.folder.path().join("events.sqlite")).unwrap();
        let mut statement = db
            .prepare("SELECT subject FROM events WHERE subject <> 'time passes' ORDER BY number")
            .unwrap();
        let subjects = statement.query_map([], |row| row.get(0)).unwrap();
        subjects.map(Result::unwrap).collect()
    }
}

#[tokio::test]
async fn an_event_is_kept_for_seven_days_after_all_have_acknowledged_it() {
    let log = Log::open();
    log.events.subscribe(&ONE).await.unwrap();
    log.events.subscribe(&TWO).await.unwrap();
    log.publish("a").await;
    log.settle_all(&ONE, Outcome::Done).await;
    log.days_pass(30).await;
    assert_eq!(log.retained(), ["a"], "one has not acknowledged it");
    log.settle_all(&TWO, Outcome::Done).await;
    log.days_pass(1).await;
    log.days_pass(6).await;
    assert_eq!(log.retained(), ["a"]);
    log.days_pass(1).await;
    assert!(log.retained().is_empty());
}

#[tokio::test]
async fn who_comes_late_gets_what_is_retained_and_holds_it() {
    let log = Log::open();
    log.events.subscribe(&ONE).await.unwrap();
    log.publish("a").await;
    log.settle_all(&ONE, Outcome::Done).await;
    log.days_pass(5).await;
    log.events.subscribe(&LATE).await.unwrap();
    log.days_pass(30).await;
    assert_eq!(log.retained(), ["a"]);
    let late = log.events.pull(&LATE, 1, Duration::ZERO).await.unwrap();
    assert_eq!(late[0].event.subject, "a");
}

#[tokio::test]
async fn a_dead_letter_keeps_its_event() {
    let log = Log::open();
    log.events.subscribe(&ONE).await.unwrap();
    log.publish("a").await;
    log.settle_all(&ONE, Outcome::Dead).await;
    for _ in 0..10 {
        log.days_pass(30).await;
        log.settle_all(&ONE, Outcome::Done).await;
    }
    assert_eq!(log.events.dead_letters(&ONE, 10).await.unwrap()[0].subject, "a");
}

/// A newer program's events do not stop an older one.
#[tokio::test]
async fn an_event_that_cannot_be_read_becomes_a_dead_letter_and_blocks_nothing() {
    let log = Log::open();
    log.events.subscribe(&ONE).await.unwrap();
    log.publish("a").await;
    log.publish("b").await;
    let db = rusqlite::Connection::open(log.folder.path().join("events.sqlite")).unwrap();
    db.execute("UPDATE events SET body = '{}' WHERE subject = 'a'", [])
        .unwrap();
    let pulled = log.events.pull(&ONE, 10, Duration::ZERO).await.unwrap();
    assert_eq!(pulled.len(), 1);
    assert_eq!(pulled[0].event.subject, "b");
    assert!(
        log.events
            .pull(&ONE, 10, Duration::ZERO)
            .await
            .unwrap()
            .is_empty()
    );
    assert!(log.events.dead_letters(&ONE, 10).await.unwrap().is_empty());
}

/// A clock that is moved while someone waits is noticed.
#[tokio::test]
async fn a_waiting_puller_gets_what_becomes_due() {
    let log = Log::open();
    log.events.subscribe(&ONE).await.unwrap();
    log.publish("a").await;
    log.events.pull(&ONE, 1, Duration::ZERO).await.unwrap();
    let waiting = log.events.pull(&ONE, 1, Duration::from_secs(30));
    let passing = async {
        tokio::task::yield_now().await;
        log.clock.advance(chrono::Duration::minutes(1));
    };
    let (pulled, ()) = tokio::join!(waiting, passing);
    assert_eq!(pulled.unwrap()[0].attempt, 2);
}
