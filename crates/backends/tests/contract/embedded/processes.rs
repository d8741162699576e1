//! Several processes on one folder, and processes that are killed.

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use backends::{
    Clock, Ids,
    documents::{Batch, Document, Documents, Query, embedded::SqliteDocuments},
    events::{Event, Events, Outcome, Subscription, Topic, embedded::SqliteEvents},
    objects::{Objects, embedded::Files},
};
use serde_json::json;
use tempfile::TempDir;

use super::child::Other;

pub(super) const WRITERS: usize = 8;
pub(super) const COMMITS: usize = 60;
pub(super) const SUBSCRIPTION: Subscription = Subscription::to("test.processes", &[Topic::UserDeleted]);

pub(super) fn event() -> Event {
    let clock = Clock::system();
    let id = Ids::new(clock.clone()).uuid();
    Event {
        id: id.into(),
        topic: Topic::UserDeleted,
        source: "test".to_owned(),
        subject: id.to_string(),
        revision: 1,
        time: clock.now(),
        traceparent: None,
        data: json!({}),
    }
}

fn open(folder: &Path) -> Arc<dyn Documents> {
    Arc::new(SqliteDocuments::open(&folder.join("documents.sqlite"), crate::documents::schema()).unwrap())
}

async fn all(store: &dyn Documents, collection: &str) -> Vec<Document> {
    let mut found = Vec::new();
    let mut query = Query::all(collection);
    loop {
        let page = store.query(&query).await.unwrap();
        let Some(last) = page.last() else {
            return found;
        };
        query.after = Some(query.position_of(last));
        found.extend(page);
    }
}

/// When the first of two processes has written everything, the other must have got far.
#[tokio::test]
async fn two_processes_get_on_equally() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let mut others = ["one", "two"].map(|name| Other::starts(&format!("write {name}"), folder.path()));
    for other in &mut others {
        assert_eq!(other.hears().as_deref(), Some("ready"));
    }
    others.iter_mut().for_each(Other::goes);
    others.into_iter().for_each(Other::ends);
    let mut documents = all(&*store, "things").await;
    assert_eq!(documents.len(), 2 * WRITERS * COMMITS);
    documents.sort_by_key(|document| document.version.0.parse::<i64>().unwrap());
    let of = |name: &str| {
        documents
            .iter()
            .filter(|document| document.body["kind"] == name)
            .count()
    };
    let half = documents.len() / 2;
    let first_half = documents[..half]
        .iter()
        .filter(|document| document.body["kind"] == "one")
        .count();
    assert_eq!(of("one"), WRITERS * COMMITS);
    assert!(
        first_half > half / 5 && first_half < half / 5 * 4,
        "{first_half} of the first {half} are of one process"
    );
}

#[tokio::test]
async fn processes_count_exactly() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let mut batch = Batch::new();
    batch.create("things", "counter", &json!({"n": 0})).unwrap();
    store.commit(batch).await.unwrap();
    let mut others = [(); 2].map(|()| Other::starts("count", folder.path()));
    for other in &mut others {
        assert_eq!(other.hears().as_deref(), Some("ready"));
    }
    others.iter_mut().for_each(Other::goes);
    crate::documents::commits::count_up(store.clone(), 20).await;
    others.into_iter().for_each(Other::ends);
    assert_eq!(
        store.get("things", "counter").await.unwrap().unwrap().body["n"],
        220
    );
}

/// What was acknowledged survives, whole commits only, whoever else has the file open.
#[tokio::test]
async fn killing_a_writer_loses_nothing_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged = HashSet::new();
    let mut witness = None;
    for round in 0..10 {
        let mut other = Other::starts(&format!("write-for-ever {round}"), folder.path());
        for _ in 0..100 + round * 37 {
            acknowledged.insert(other.hears().unwrap());
        }
        other.is_killed();
        acknowledged.extend(other.hears_all());
        // In every other round the last process to have the file open dies.
        witness = if round % 2 == 0 {
            Some(open(folder.path()))
        } else {
            None
        };
        if let Some(store) = &witness {
            let mut batch = Batch::new();
            batch.put("keyed", "witness", &json!({ "round": round })).unwrap();
            store.commit(batch).await.unwrap();
        }
    }
    drop(witness);
    let store = open(folder.path());
    let ids = async |collection| {
        let found = all(&*store, collection).await.into_iter();
        found.map(|document| document.id).collect::<HashSet<_>>()
    };
    let things = ids("things").await;
    let lost: Vec<_> = acknowledged.difference(&things).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(things, ids("others").await, "commits are whole");
    assert!(acknowledged.len() >= 1000);
}

#[tokio::test]
async fn an_event_wakes_a_consumer_in_another_process() {
    let folder = TempDir::new().unwrap();
    let log = SqliteEvents::open(&folder.path().join("events.sqlite"), Clock::system()).unwrap();
    log.subscribe(&SUBSCRIPTION).await.unwrap();
    let mut consumer = Other::starts("consume", folder.path());
    assert_eq!(consumer.hears().as_deref(), Some("ready"));
    for _ in 0..20 {
        let published = event();
        log.publish(std::slice::from_ref(&published)).await.unwrap();
        assert_eq!(consumer.hears(), Some(published.subject));
    }
}

/// Events of a publisher that was killed, to a consumer that was killed and another after it.
#[tokio::test]
async fn killing_publishers_and_consumers_loses_no_event() {
    let folder = TempDir::new().unwrap();
    let log = SqliteEvents::open(&folder.path().join("events.sqlite"), Clock::system()).unwrap();
    log.subscribe(&SUBSCRIPTION).await.unwrap();
    let (mut published, mut consumed) = (HashSet::new(), HashSet::new());
    for round in 0..4 {
        let mut publisher = Other::starts("publish-for-ever", folder.path());
        let mut consumer = Other::starts("consume", folder.path());
        for _ in 0..50 + round * 23 {
            published.insert(publisher.hears().unwrap());
        }
        publisher.is_killed();
        published.extend(publisher.hears_all());
        consumer.is_killed();
        consumed.extend(consumer.hears_all());
    }
    // What the consumers had leased when they died comes back when its time is over.
    let later = Clock::set_to(Clock::system().now() + chrono::Duration::hours(1));
    let log = SqliteEvents::open(&folder.path().join("events.sqlite"), later).unwrap();
    loop {
        let pulled = log.pull(&SUBSCRIPTION, 100, Duration::ZERO).await.unwrap();
        if pulled.is_empty() {
            break;
        }
        for delivery in pulled {
            log.settle(&delivery, Outcome::Done).await.unwrap();
            consumed.insert(delivery.event.subject);
        }
    }
    // Settled by a consumer that was killed before it could say so.
    let unsaid = published.difference(&consumed).count();
    assert!(
        unsaid <= 4 * 10,
        "{unsaid} of {} events are lost",
        published.len()
    );
    assert!(log.dead_letters(&SUBSCRIPTION, 10).await.unwrap().is_empty());
}

#[test]
fn processes_that_start_at_once_agree_on_their_keys() {
    let folder = TempDir::new().unwrap();
    let mut others = [(); 4].map(|()| Other::starts("keys", folder.path()));
    for other in &mut others {
        assert_eq!(other.hears().as_deref(), Some("ready"));
    }
    others.iter_mut().for_each(Other::goes);
    let agreed: HashSet<_> = others.iter_mut().map(|other| other.hears().unwrap()).collect();
    assert_eq!(agreed.len(), 1);
}

#[tokio::test]
async fn an_upload_that_is_killed_leaves_nothing_to_see() {
    let folder = TempDir::new().unwrap();
    let mut other = Other::starts("put-for-ever", folder.path());
    assert_eq!(other.hears().as_deref(), Some("on the way"));
    other.is_killed();
    let bucket = Files::open(&folder.path().join("bucket")).unwrap();
    assert!(bucket.list("", None, 10).await.unwrap().is_empty());
    assert!(bucket.head("a").await.is_err());
}
