use std::{
    collections::HashSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use backends::{
    Clock, Error, Result,
    documents::embedded::SqliteDocuments,
    events::{Delivery, Events, Outcome},
    google::Guarded,
};
use emulators::faults::{ALL, AT_ONCE, DEADLINE, Fault, FaultProxy, recovers};
use futures::future::join_all;
use shared_models::ids::EventId;
use tempfile::TempDir;
use tokio::time::{sleep, timeout};

use super::{Address, COLLECTIONS, PubSubEvents, Schema, Server, address};
use crate::events::{USERS, deletions};

/// How long a fault lasts.
const SPELL: Duration = Duration::from_secs(2);
/// How long one lasts after which streams by themselves try once a minute only.
const OUTAGE: Duration = Duration::from_secs(20);
/// After this silent streams are given up.
const SILENCE: Duration = Duration::from_mins(1);
/// Within this events come again.
const RECOVERY: Duration = Duration::from_secs(10);
/// Longer than anything here takes.
const LONG: Duration = Duration::from_mins(2);

/// A log behind a proxy, with its ledger in a file, and another log without.
struct Stage {
    proxy: FaultProxy,
    behind: Arc<dyn Events>,
    direct: Arc<dyn Events>,
    _folder: TempDir,
}

impl Stage {
    async fn set() -> Self {
        let address = address();
        let Server::Emulator(url) = &address.server else {
            panic!("the tests' emulator");
        };
        let proxy = FaultProxy::before(url).await;
        // Topics and the subscription are there already.
        let behind = Address {
            server: Server::Anonymous(proxy.url.clone()),
            ..address.clone()
        };
        let folder = TempDir::new().unwrap();
        let direct = log(&address, &folder).await;
        recovers(async || direct.subscribe(&USERS).await).await;
        Self {
            direct,
            behind: log(&behind, &folder).await,
            proxy,
            _folder: folder,
        }
    }

    /// One for each fault, all at once: they take as long as the slowest.
    async fn each<F: Future<Output = ()>>(
        faults: impl IntoIterator<Item = Fault>,
        scene: impl Fn(Self, Fault) -> F,
    ) {
        // One test at a time: an emulator and two cores bear no more.
        static STAGE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _alone = STAGE.lock().await;
        let mut stages = Vec::new();
        for fault in faults {
            stages.push((Self::set().await, fault));
        }
        join_all(stages.into_iter().map(|(stage, fault)| scene(stage, fault))).await;
    }

    /// What is delivered to the consumer behind the proxy next, however often it fails before.
    async fn next(&self) -> Delivery {
        loop {
            if let Ok([delivery, ..]) = self.behind.pull(&USERS, 1, LONG).await.as_deref() {
                return delivery.clone();
            }
            sleep(Duration::from_millis(100)).await;
        }
    }

    /// Many events, one after the other. Google's emulator never finds out that a stream was cut, and what it gives to
    /// one comes ten seconds later, if not to the same again: so no single event says whether streams are well.
    async fn keeps_publishing(&self) {
        for n in 0.. {
            self.direct
                .publish(&deletions(&[&format!("later-{n}")]))
                .await
                .unwrap();
            sleep(Duration::from_millis(150)).await;
        }
    }
}

async fn log(address: &Address, folder: &TempDir) -> Arc<dyn Events> {
    let file = folder.path().join("ledger.sqlite");
    let ledger = SqliteDocuments::open(&file, Schema::of(COLLECTIONS)).unwrap();
    let ledger = Arc::new(ledger);
    // An emulator that has just started may be slower than anybody waits.
    let connect = async || PubSubEvents::connect(address.clone(), ledger.clone(), Clock::system()).await;
    Guarded::events(Arc::new(recovers(connect).await))
}

/// An answer in time, and none that says it went well.
async fn fails<T>(what: &str, ask: impl Future<Output = Result<T>>) {
    let begun = Instant::now();
    let failed = ask.await.map(drop);
    assert!(begun.elapsed() < DEADLINE, "{what}: {:?}", begun.elapsed());
    assert!(matches!(failed, Err(Error::Unavailable(_))), "{what}: {failed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_pubsub_does_there_is_an_answer_in_time_and_five_failures_are_enough() {
    let whatever = async |at: Stage, fault: Fault| {
        let (event, what) = (deletions(&["a"]), format!("{fault:?}"));
        at.behind.publish(&event).await.unwrap();
        at.proxy.has(fault);
        tokio::join!(
            fails(&what, at.behind.publish(&event)),
            fails(&what, at.behind.publish(&event)),
            fails(&what, at.behind.subscribe(&USERS)),
            fails(&what, at.behind.ping()),
            fails(&what, at.behind.ping()),
        );
        for _ in 0..100 {
            let begun = Instant::now();
            fails(&what, at.behind.publish(&event)).await;
            assert!(begun.elapsed() < AT_ONCE, "{what}: {:?}", begun.elapsed());
        }
        at.proxy.has(Fault::Nothing);
        recovers(async || at.behind.publish(&event).await).await;
    };
    for some in ALL.chunks(3) {
        Stage::each(some.iter().copied(), whatever).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn streams_bring_events_again_whatever_became_of_their_connections() {
    let faults = [
        Fault::Resets,
        Fault::Stalls,
        Fault::Refuses(503),
        Fault::Babbles,
        Fault::Strands,
    ];
    let whatever = async |at: Stage, fault: Fault| {
        at.direct.publish(&deletions(&["before"])).await.unwrap();
        let before = at.next().await;
        at.behind.settle(&before, Outcome::Done).await.unwrap();
        at.proxy.has(fault);
        // The next one waits as a consumer does, and asks again after an error.
        let again = async {
            let again = at.next().await;
            assert!(again.event.subject.starts_with("later"), "{fault:?}: {again:?}");
        };
        let later = async {
            if fault == Fault::Strands {
                sleep(SILENCE).await;
            } else {
                sleep(OUTAGE).await;
                at.proxy.has(Fault::Nothing);
            }
            timeout(RECOVERY, at.keeps_publishing()).await.unwrap_err();
            panic!("{fault:?}: nothing comes again");
        };
        tokio::select! {
            () = again => {}
            () = later => {}
        }
    };
    Stage::each(faults, whatever).await;
}

/// It is the publisher who has the faults: see [`Stage::keeps_publishing`] for why the consumer has not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_published_through_faults_is_delivered_and_once_done_never_again() {
    let all = ALL
        .into_iter()
        .chain([Fault::Slow(Duration::from_millis(300)), Fault::Strands]);
    let all = all.map(|fault| async move {
        let at = Stage::set().await;
        at.behind.subscribe(&USERS).await.unwrap();
        let journal = Journal::default();
        tokio::join!(
            journal.publish(&at),
            journal.consume(&at),
            journal.go_through(&at, fault)
        );
    });
    join_all(all).await;
}

/// What is known of events.
#[derive(Default)]
struct Journal {
    published: Mutex<HashSet<EventId>>,
    done: Mutex<HashSet<EventId>>,
    ends: AtomicBool,
}

impl Journal {
    /// A fault comes and goes, and events are published before, meanwhile and afterwards.
    async fn go_through(&self, at: &Stage, fault: Fault) {
        self.some_are_published(fault).await;
        at.proxy.has(fault);
        sleep(SPELL).await;
        if fault != Fault::Strands {
            at.proxy.has(Fault::Nothing);
        }
        self.some_are_published(fault).await;
        self.ends.store(true, Ordering::Relaxed);
    }

    async fn some_are_published(&self, fault: Fault) {
        let before = self.published.lock().unwrap().len();
        let begun = Instant::now();
        while self.published.lock().unwrap().len() < before + 3 {
            assert!(begun.elapsed() < LONG, "{fault:?}: nothing is published any more");
            sleep(Duration::from_millis(20)).await;
        }
    }

    async fn publish(&self, at: &Stage) {
        for n in 0.. {
            let events = deletions(&[&format!("user-{}", n % 10)]);
            // As the relay does: until it is known to be kept.
            while at.behind.publish(&events).await.is_err() {
                sleep(Duration::from_millis(100)).await;
            }
            self.published.lock().unwrap().insert(events[0].id);
            if self.ends.load(Ordering::Relaxed) {
                return;
            }
            sleep(Duration::from_millis(200)).await;
        }
    }

    /// Until all that was published is done.
    async fn consume(&self, at: &Stage) {
        let mut ended = None;
        loop {
            let pulled = at.direct.pull(&USERS, 10, Duration::from_secs(5)).await;
            for delivery in pulled.unwrap_or_default() {
                let id = delivery.event.id;
                assert!(!self.done.lock().unwrap().contains(&id), "{id} was done");
                if at.direct.settle(&delivery, Outcome::Done).await.is_ok() {
                    self.done.lock().unwrap().insert(id);
                }
            }
            if !self.ends.load(Ordering::Relaxed) {
                continue;
            }
            let ended = ended.get_or_insert_with(Instant::now);
            let lost = self
                .published
                .lock()
                .unwrap()
                .difference(&self.done.lock().unwrap())
                .count();
            if lost == 0 {
                return;
            }
            assert!(ended.elapsed() < LONG, "{lost} events are lost");
        }
    }
}
