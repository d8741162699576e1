use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use backends::{
    Error, Result,
    documents::{Batch, Documents, MAX_PAGE, Query},
};
use emulators::faults::{ALL, AT_ONCE, DEADLINE, Fault, recovers};
use futures::future::join_all;
use serde_json::json;
use tokio::time::sleep;

use super::behind_a_proxy;

/// How long a fault of many lasts.
const SPELL: Duration = Duration::from_millis(1500);
/// Longer than anything here takes.
const LONG: Duration = Duration::from_mins(1);

fn one(id: &str) -> Batch {
    let mut batch = Batch::new();
    batch.create("keyed", id, &json!({})).unwrap();
    batch
}

/// An answer in time, and none that says it went well.
async fn fails<T>(what: &str, ask: impl Future<Output = Result<T>>) {
    let begun = Instant::now();
    let failed = ask.await.map(drop);
    assert!(begun.elapsed() < DEADLINE, "{what}: {:?}", begun.elapsed());
    let expected = matches!(&failed, Err(Error::Unavailable(_) | Error::UnknownOutcome(_)));
    assert!(expected, "{what}: {failed:?}");
}

/// Every fault on a database of its own, all at once: they take as long as the slowest.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_firestore_does_there_is_an_answer_in_time_and_five_failures_are_enough() {
    let all = ALL.map(|fault| async move {
        let (proxy, behind, direct) = behind_a_proxy().await;
        behind.commit(one("a")).await.unwrap();
        proxy.has(fault);
        let (things, what) = (Query::all("things"), format!("{fault:?}"));
        tokio::join!(
            fails(&what, behind.get("keyed", "a")),
            fails(&what, behind.query(&things)),
            fails(&what, behind.count(&things)),
            fails(&what, behind.commit(one("b"))),
            fails(&what, behind.changes("things", None, Duration::ZERO)),
        );
        for _ in 0..100 {
            let begun = Instant::now();
            fails(&what, behind.ping()).await;
            assert!(begun.elapsed() < AT_ONCE, "{what}: {:?}", begun.elapsed());
        }
        proxy.has(Fault::Nothing);
        recovers(async || behind.get("keyed", "a").await).await.unwrap();
        behind.commit(one("c")).await.unwrap();
        assert!(direct.get("keyed", "c").await.unwrap().is_some());
    });
    join_all(all).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_died_unnoticed_is_left() {
    let (proxy, behind, direct) = behind_a_proxy().await;
    let told = behind.changes("things", None, Duration::ZERO).await.unwrap();
    proxy.has(Fault::Strands);
    let begun = Instant::now();
    behind.commit(one("a")).await.unwrap();
    assert!(begun.elapsed() < DEADLINE, "{:?}", begun.elapsed());
    assert!(direct.get("keyed", "a").await.unwrap().is_some());
    let mut batch = Batch::new();
    batch.create("things", "b", &json!({})).unwrap();
    direct.commit(batch).await.unwrap();
    let told = behind.changes("things", Some(&told.cursor), LONG).await.unwrap();
    assert_eq!(told.changes[0].id, "b");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn while_one_database_stalls_others_answer_as_before() {
    let (stalled, behind, direct) = behind_a_proxy().await;
    direct.commit(one("a")).await.unwrap();
    stalled.has(Fault::Stalls);
    let waited_for = AtomicBool::new(true);
    let waiting = async {
        join_all((0..20).map(|_| fails("stalls", behind.get("keyed", "a")))).await;
        waited_for.store(false, Ordering::Relaxed);
    };
    let others = async {
        for _ in 0..100 {
            assert!(direct.get("keyed", "a").await.unwrap().is_some());
        }
        assert!(
            waited_for.load(Ordering::Relaxed),
            "they waited for the other one"
        );
    };
    tokio::join!(waiting, others);
    let begun = Instant::now();
    fails("stalls", behind.get("keyed", "a")).await;
    assert!(begun.elapsed() < AT_ONCE, "{:?}", begun.elapsed());
}

/// One who counts up, each time with an effect beside the count.
struct Writer {
    store: Arc<dyn Documents>,
    name: String,
    tried: usize,
    acknowledged: Vec<String>,
    refused: Vec<String>,
}

impl Writer {
    /// Until it is told to stop; `acknowledged` counts for all.
    async fn write(mut self, stop: &AtomicBool, acknowledged: &AtomicUsize) -> Self {
        while !stop.load(Ordering::Relaxed) {
            let id = format!("{}-{}", self.name, self.tried);
            self.tried += 1;
            match self.count_up(&id).await {
                Ok(()) => {
                    self.acknowledged.push(id);
                    acknowledged.fetch_add(1, Ordering::Relaxed);
                }
                Err(Error::UnknownOutcome(_)) => {}
                Err(_) => {
                    self.refused.push(id);
                    sleep(Duration::from_millis(20)).await;
                }
            }
        }
        self
    }

    async fn count_up(&self, effect: &str) -> Result<()> {
        let found = self.store.get("keyed", &self.name).await?;
        let mut batch = one(effect);
        match found {
            None => batch.create("keyed", self.name.as_str(), &json!({ "n": 1 }))?,
            Some(found) => {
                let n = found.body["n"].as_u64().unwrap() + 1;
                batch.replace("keyed", self.name.as_str(), &found.version, &json!({ "n": n }))?
            }
        };
        self.store.commit(batch).await
    }

    /// What was acknowledged is there, what was refused is not, and the count is that of the effects.
    async fn check(&self, direct: &dyn Documents) {
        let effects = self.effects(direct).await;
        for id in &self.acknowledged {
            assert!(effects.contains(id), "{id} is lost");
        }
        for id in &self.refused {
            assert!(!effects.contains(id), "{id} was refused");
        }
        let begun = Instant::now();
        // What is on its way still is applied between two looks.
        while self.count(direct).await != self.effects(direct).await.len() {
            assert!(begun.elapsed() < LONG, "{} does not add up", self.name);
        }
    }

    async fn effects(&self, direct: &dyn Documents) -> HashSet<String> {
        let mut effects = HashSet::new();
        let ids: Vec<String> = (0..self.tried).map(|n| format!("{}-{n}", self.name)).collect();
        for ids in ids.chunks(MAX_PAGE) {
            let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
            let found = direct.get_many("keyed", &ids).await.unwrap();
            effects.extend(found.into_iter().map(|found| found.id));
        }
        effects
    }

    async fn count(&self, direct: &dyn Documents) -> usize {
        let count = direct.get("keyed", &self.name).await.unwrap();
        count.map_or(0, |count| {
            usize::try_from(count.body["n"].as_u64().unwrap()).unwrap()
        })
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_nothing_refused_is_there_and_nothing_counts_twice() {
    let (proxy, behind, direct) = behind_a_proxy().await;
    let (stop, acknowledged) = (AtomicBool::new(false), AtomicUsize::new(0));
    let writers = (0..4).map(|n| Writer {
        store: behind.clone(),
        name: format!("writer-{n}"),
        tried: 0,
        acknowledged: Vec::new(),
        refused: Vec::new(),
    });
    let writing = join_all(writers.map(|writer| writer.write(&stop, &acknowledged)));
    let storm = async {
        for fault in ALL
            .into_iter()
            .chain([Fault::Slow(Duration::from_millis(300)), Fault::Strands])
        {
            proxy.has(fault);
            sleep(SPELL).await;
            proxy.has(Fault::Nothing);
            let before = acknowledged.load(Ordering::Relaxed);
            let begun = Instant::now();
            while acknowledged.load(Ordering::Relaxed) == before {
                assert!(
                    begun.elapsed() < LONG,
                    "{fault:?}: nothing is acknowledged any more"
                );
                sleep(Duration::from_millis(20)).await;
            }
        }
        stop.store(true, Ordering::Relaxed);
    };
    let (writers, ()) = tokio::join!(writing, storm);
    for writer in &writers {
        writer.check(&*direct).await;
    }
}
