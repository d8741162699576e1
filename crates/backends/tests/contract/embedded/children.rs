//! What the children of the tests about several processes do.

use std::{path::Path, sync::Arc, time::Duration};

use backends::{
    Clock, Error, Options,
    documents::{Batch, Documents, embedded::SqliteDocuments},
    events::{Events, Outcome, embedded::SqliteEvents},
    keys::{Keys, embedded::KeyFiles},
    objects::{Objects, embedded::Files},
};
use futures::StreamExt;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio::task::JoinSet;

use super::{
    child::{listen, say, task},
    faults, processes,
};

/// Without a task there is nothing to do: this process is no child.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_does_its_task() {
    let Some((task, folder)) = task() else {
        return;
    };
    let (task, argument) = task.split_once(' ').unwrap_or((&task, ""));
    match task {
        "write" => write(&folder, argument).await,
        "write-for-ever" => write_for_ever(&folder, argument).await,
        "count" => count(&folder).await,
        "consume" => consume(&folder).await,
        "publish-for-ever" => publish_for_ever(&folder).await,
        "keys" => make_keys(&folder).await,
        "put-for-ever" => put_for_ever(&folder).await,
        "commit-with-faults" => faults::commit(&folder, argument).await,
        "commit-once-with-a-fault" => faults::commit_once(&folder, argument).await,
        "put-with-faults" => faults::put(&folder, argument).await,
        other => panic!("no such task: {other}"),
    }
}

fn open(folder: &Path, slow_sync: Duration) -> Arc<dyn Documents> {
    let path = folder.join("documents.sqlite");
    Arc::new(SqliteDocuments::open_with(&path, crate::documents::schema(), Options { slow_sync }).unwrap())
}

/// Eight writers with a slow disk, each so many commits.
async fn write(folder: &Path, name: &str) {
    let store = open(folder, Duration::from_millis(2));
    say("ready");
    listen();
    let mut writing = JoinSet::new();
    for writer in 0..processes::WRITERS {
        let (store, name) = (store.clone(), name.to_owned());
        writing.spawn(async move {
            for n in 0..processes::COMMITS {
                let mut batch = Batch::new();
                batch
                    .create("things", format!("{name}-{writer}-{n}"), &json!({ "kind": name }))
                    .unwrap();
                store.commit(batch).await.unwrap();
            }
        });
    }
    writing.join_all().await;
}

/// Pairs of documents in one commit, until it is killed; says each that was acknowledged.
async fn write_for_ever(folder: &Path, name: &str) {
    let store = open(folder, Duration::ZERO);
    let mut writing = JoinSet::new();
    for writer in 0..16 {
        let (store, name) = (store.clone(), name.to_owned());
        writing.spawn(async move {
            for n in 0_u64.. {
                let id = format!("{name}-{writer}-{n}");
                let mut batch = Batch::new();
                batch
                    .create(
                        "things",
                        id.clone(),
                        &json!({ "kind": name, "text": "x".repeat(500) }),
                    )
                    .unwrap();
                batch
                    .create("others", id.clone(), &json!({ "kind": name }))
                    .unwrap();
                store.commit(batch).await.unwrap();
                say(&id);
            }
        });
    }
    writing.join_all().await;
}

/// Five tasks count up to a hundred together.
async fn count(folder: &Path) {
    let store = open(folder, Duration::ZERO);
    say("ready");
    listen();
    let mut counting = JoinSet::new();
    for _ in 0..5 {
        counting.spawn(crate::documents::commits::count_up(store.clone(), 20));
    }
    counting.join_all().await;
}

/// Waits so long that nothing comes unless the wait is ended by a commit.
async fn consume(folder: &Path) {
    let log = SqliteEvents::open(&folder.join("events.sqlite"), Clock::system()).unwrap();
    say("ready");
    loop {
        let pulled = log
            .pull(&processes::SUBSCRIPTION, 10, Duration::from_mins(10))
            .await
            .unwrap();
        for delivery in pulled {
            log.settle(&delivery, Outcome::Done).await.unwrap();
            say(&delivery.event.subject);
        }
    }
}

/// Publishes until it is killed; says each event that was acknowledged.
async fn publish_for_ever(folder: &Path) {
    let log: Arc<dyn Events> =
        Arc::new(SqliteEvents::open(&folder.join("events.sqlite"), Clock::system()).unwrap());
    let mut publishing = JoinSet::new();
    for _ in 0..8 {
        let log = log.clone();
        publishing.spawn(async move {
            loop {
                let event = processes::event();
                log.publish(std::slice::from_ref(&event)).await.unwrap();
                say(&event.subject);
            }
        });
    }
    publishing.join_all().await;
}

async fn make_keys(folder: &Path) {
    say("ready");
    listen();
    let keys = KeyFiles::open(&folder.join("keys")).unwrap();
    let public = keys.public_key("a").await.unwrap();
    let secret = keys.secret("a").await.unwrap();
    say(&format!("{public:?} {}", secret.expose_secret()));
}

/// Writes one object for ever, never to its end.
async fn put_for_ever(folder: &Path) {
    let bucket = Files::open(&folder.join("bucket")).unwrap();
    let endless = futures::stream::iter(0..).map(|n| {
        if n == 10 {
            say("on the way");
        }
        Ok::<_, Error>(vec![0; 1000].into())
    });
    let endless = endless.take(100).chain(futures::stream::pending());
    bucket.put("a", "text/plain", endless.boxed()).await.unwrap();
}
