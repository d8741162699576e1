use std::{
    net::SocketAddr,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{Asked, Blow, Client, Journal, Rounds, Writers, mortal::Mortal};
use crate::{
    faults::Folder,
    ledger::{Entry, NewEntry, Running, Start},
};

const WRITERS: usize = 64;
/// Without any progress for so long there will be none.
const PATIENCE: Duration = Duration::from_mins(1);

/// A ledger and a reader in processes of their own, on one folder, and clients that write.
pub struct Stage {
    folder: Folder,
    ledger: Start,
    client: Client,
    journal: Arc<Journal>,
    writers: Writers,
    reader: Mortal,
    openings: Vec<Duration>,
    nudges: u64,
}

impl Stage {
    /// Clients wait, no ledger lives, and the reader begins to die.
    pub fn set(program: &'static str, rounds: &Rounds) -> Self {
        let folder = Folder::new();
        let client = Client::default();
        let journal = Arc::new(Journal::default());
        Self {
            ledger: Start::of(program, folder.path()).serving("ledger"),
            reader: Mortal::begin(
                Start::of(program, folder.path()).serving("reader"),
                rounds.lives(),
                client.clone(),
            ),
            writers: Writers::start(WRITERS, &client, &journal),
            client,
            journal,
            folder,
            openings: Vec::new(),
            nudges: 1 << 40,
        }
    }

    /// One life of the ledger.
    pub async fn round(&mut self, blow: Blow) {
        let mut ledger = self.ledger.spawn();
        if let Blow::Opening(after) = blow {
            tokio::time::sleep(after).await;
            return ledger.kill().await;
        }
        let opened = ledger.becomes_ready(&["ledger"]).await;
        assert!(opened, "{}", self.ledger.told());
        let here = ledger.member("ledger");
        self.openings.push(here.opening);
        let (Blow::Opening(after) | Blow::Writing(after) | Blow::Relaying(after)) = blow;
        if matches!(blow, Blow::Relaying(_)) {
            self.relay_works(here.address).await;
        }
        self.writers.turn_to(here.address);
        tokio::time::sleep(after).await;
        ledger.strike();
        self.writers.pause();
        ledger.kill().await;
    }

    /// Waits until the relay, whose last life left a lease behind, has moved everything.
    async fn relay_works(&mut self, ledger: SocketAddr) {
        self.nudges += 1;
        let new = NewEntry {
            request: self.nudges,
            note: String::new(),
        };
        match self.client.writes(ledger, &new).await {
            Asked::Acknowledged(entry) => self.journal.acknowledged(&entry, 0),
            other => panic!("nobody killed it: {other:?}\n{}", self.ledger.told()),
        }
        becomes(&self.client, ledger, "/untold", 0).await;
    }

    /// Lets everything come to rest, asks again for what was answered, and closes.
    pub async fn settles(self) -> (Folder, Arc<Journal>) {
        let reader = self.reader.rests().await;
        let ledger = self.ledger.ready(&["ledger"]).await;
        let here = ledger.member("ledger").address;
        self.writers.finish(here).await;
        for entry in self.journal.sample(100) {
            let Entry { request, note, .. } = entry.clone();
            let again = self.client.writes(here, &NewEntry { request, note }).await;
            assert!(
                matches!(&again, Asked::Acknowledged(answer) if *answer == entry),
                "{entry:?} became {again:?}"
            );
        }
        all_are_told(&self.client, &ledger, &reader.running).await;
        let ended = (ledger.ends().await, reader.running.ends().await);
        assert_eq!(ended, (true, true), "{}", self.ledger.told());
        let openings: Vec<_> = self.openings.into_iter().chain(reader.openings).collect();
        opened_in_a_blink(openings);
        (self.folder, self.journal)
    }
}

/// Waits until the relay moved everything and the reader counted everything.
pub async fn all_are_told(client: &Client, ledger: &Running, reader: &Running) {
    let ledger = ledger.member("ledger").address;
    becomes(client, ledger, "/untold", 0).await;
    let entries: u64 = client
        .sees(ledger, "/size")
        .await
        .expect("a living ledger answers");
    becomes(client, reader.member("reader").address, "/size", entries).await;
}

/// Waits until a number becomes what it should; fails when it stands still.
async fn becomes(client: &Client, service: SocketAddr, path: &str, expected: u64) {
    let mut seen = None;
    let mut deadline = Instant::now() + PATIENCE;
    while seen != Some(expected) {
        assert!(Instant::now() < deadline, "{path} is {seen:?}, not {expected}");
        tokio::time::sleep(Duration::from_millis(10)).await;
        let now = client.sees(service, path).await;
        if now != seen {
            (seen, deadline) = (now, Instant::now() + PATIENCE);
        }
    }
}

#[expect(clippy::print_stdout, reason = "the figure belongs in the test's log")]
fn opened_in_a_blink(mut openings: Vec<Duration>) {
    openings.sort_unstable();
    let (median, longest) = (openings[openings.len() / 2], openings[openings.len() - 1]);
    println!(
        "{} openings: median {median:?}, longest {longest:?}",
        openings.len()
    );
    assert!(
        median < Duration::from_secs(1),
        "the files take {median:?} to open"
    );
}
