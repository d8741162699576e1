use std::{collections::VecDeque, net::SocketAddr, sync::Arc, time::Duration};

use futures::future::join_all;

use super::{Asked, Blow, Client, Journal, Rounds, Writers, mortal::Mortal};
use crate::{
    ledger::{Entry, Footing, LEDGER, NewEntry, READER, Running, Start},
    reaches,
};

/// How many there are.
#[derive(Debug, Clone, Copy)]
pub struct Cast {
    /// Processes of the ledger, of which one is killed in each round.
    pub ledgers: usize,
    /// How often the reader dies at most.
    pub deaths: usize,
    pub writers: usize,
}

/// A ledger and a reader in processes of their own, on one footing, and clients that write.
pub struct Stage {
    ledger: Start,
    /// Processes of the ledger that live on between rounds, the eldest first.
    standing: VecDeque<Running>,
    client: Client,
    journal: Arc<Journal>,
    writers: Writers,
    reader: Mortal,
    openings: Vec<Duration>,
    nudges: u64,
}

/// What is left when all is over.
pub struct Ended {
    pub journal: Arc<Journal>,
    /// How long each process took to open what it keeps.
    pub openings: Vec<Duration>,
}

impl Stage {
    /// Clients wait, one process of the ledger is missing, and the reader begins to die.
    pub async fn set(program: &'static str, footing: &Footing, cast: Cast, rounds: &Rounds) -> Self {
        let client = Client::default();
        let journal = Arc::new(Journal::default());
        let mut stage = Self {
            ledger: Start::of(program, footing).serving(&LEDGER),
            standing: VecDeque::new(),
            reader: Mortal::begin(
                Start::of(program, footing).serving(&READER),
                rounds.lives().take(cast.deaths),
                client.clone(),
            ),
            writers: Writers::start(cast.writers, &client, &journal),
            client,
            journal,
            openings: Vec::new(),
            nudges: 1 << 40,
        };
        for _ in 1..cast.ledgers {
            let ledger = stage.ledger.ready(&["ledger"]).await;
            stage.standing.push_back(ledger);
        }
        stage.writers.turn_to(doors(&stage.standing));
        stage
    }

    /// Another process of the ledger comes, and the eldest is killed; or the new one while it opens.
    pub async fn round(&mut self, blow: Blow) {
        let mut newest = self.ledger.spawn();
        if let Blow::Opening(after) = blow {
            tokio::time::sleep(after).await;
            return newest.kill().await;
        }
        let opened = newest.becomes_ready(&["ledger"]).await;
        assert!(opened, "{}", self.ledger.told());
        let here = newest.member("ledger");
        self.openings.push(here.opening);
        self.standing.push_back(newest);
        let (Blow::Opening(after) | Blow::Writing(after) | Blow::Relaying(after)) = blow;
        if matches!(blow, Blow::Relaying(_)) {
            self.relay_works(here.address).await;
        }
        self.writers.turn_to(doors(&self.standing));
        tokio::time::sleep(after).await;
        let mut eldest = self.standing.pop_front().expect("one has just come");
        eldest.strike();
        self.writers.turn_to(doors(&self.standing));
        eldest.kill().await;
    }

    /// Waits until the relay, whose last life left a lease behind, has moved everything.
    async fn relay_works(&mut self, ledger: SocketAddr) {
        self.writers.turn_to([].into());
        self.nudges += 1;
        let new = NewEntry {
            request: self.nudges,
            note: String::new(),
        };
        match self.client.writes(ledger, &new).await {
            Asked::Acknowledged(entry) => self.journal.acknowledged(&entry, 0),
            other => panic!("nobody killed it: {other:?}\n{}", self.ledger.told()),
        }
        reaches("untold", 0, async || self.client.sees(ledger, "/untold").await).await;
    }

    /// Lets everything come to rest, asks again for what was answered, and closes.
    pub async fn settles(mut self) -> Ended {
        let reader = self.reader.rests().await;
        self.standing.push_back(self.ledger.ready(&["ledger"]).await);
        let doors = doors(&self.standing);
        self.writers.finish(doors.clone()).await;
        for (entry, door) in self.journal.sample(100).into_iter().zip(doors.iter().cycle()) {
            let Entry { request, note, .. } = entry.clone();
            let again = self.client.writes(*door, &NewEntry { request, note }).await;
            assert!(
                matches!(&again, Asked::Acknowledged(answer) if *answer == entry),
                "{entry:?} became {again:?}"
            );
        }
        all_are_told(&self.client, &self.standing[0], &reader.running).await;
        let ended = join_all(
            self.standing
                .into_iter()
                .chain([reader.running])
                .map(Running::ends),
        );
        assert!(ended.await.into_iter().all(|well| well), "{}", self.ledger.told());
        Ended {
            journal: self.journal,
            openings: self.openings.into_iter().chain(reader.openings).collect(),
        }
    }
}

fn doors(ledgers: &VecDeque<Running>) -> Arc<[SocketAddr]> {
    let ledgers = ledgers.iter();
    ledgers.map(|ledger| ledger.member("ledger").address).collect()
}

/// Waits until the relay moved everything and the reader counted everything.
pub async fn all_are_told(client: &Client, ledger: &Running, reader: &Running) {
    let ledger = ledger.member("ledger").address;
    reaches("untold", 0, async || client.sees(ledger, "/untold").await).await;
    let entries: u64 = client
        .sees(ledger, "/size")
        .await
        .expect("a living ledger answers");
    let reader = reader.member("reader").address;
    reaches("the reader's entries", entries, async || {
        client.sees(reader, "/size").await
    })
    .await;
}

/// Fails when most processes took long to open their files.
#[expect(clippy::print_stdout, reason = "the figure belongs in the test's log")]
pub fn opened_in_a_blink(mut openings: Vec<Duration>) {
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
