use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use http::StatusCode;
use tokio::{sync::watch, task::JoinSet};

use super::Journal;
use crate::ledger::{Entry, NewEntry};

/// A request takes no longer; one that does is as good as lost.
const PATIENCE: Duration = Duration::from_secs(20);

/// Writes entries over HTTP.
#[derive(Clone)]
pub struct Client {
    http: reqwest::Client,
}

/// How a request ended.
#[derive(Debug)]
pub enum Asked {
    /// It was acknowledged.
    Acknowledged(Entry),
    /// It was refused.
    Refused(StatusCode, String),
    /// No answer came.
    Lost,
}

impl Default for Client {
    fn default() -> Self {
        let http = reqwest::Client::builder()
            .timeout(PATIENCE)
            .no_proxy()
            .no_gzip()
            .build();
        Self {
            http: http.expect("an HTTP client"),
        }
    }
}

impl Client {
    /// The connections.
    pub fn http(&self) -> reqwest::Client {
        self.http.clone()
    }

    /// Asks for an entry once, with the key that belongs to the request.
    pub async fn writes(&self, ledger: SocketAddr, new: &NewEntry) -> Asked {
        self.asks(ledger, new, false).await
    }

    /// The same, but the ledger shall not answer.
    pub async fn writes_held(&self, ledger: SocketAddr, new: &NewEntry) -> Asked {
        self.asks(ledger, new, true).await
    }

    async fn asks(&self, ledger: SocketAddr, new: &NewEntry, held: bool) -> Asked {
        let mut request = self
            .http
            .post(format!("http://{ledger}/entries"))
            .header("idempotency-key", format!("request-{}", new.request))
            .json(new);
        if held {
            request = request.header("x-hold", "1");
        }
        let Ok(response) = request.send().await else {
            return Asked::Lost;
        };
        let status = response.status();
        match (status, response.bytes().await) {
            (_, Err(_)) => Asked::Lost,
            (StatusCode::CREATED, Ok(body)) => {
                Asked::Acknowledged(serde_json::from_slice(&body).expect("an entry is answered"))
            }
            (status, Ok(body)) => Asked::Refused(status, String::from_utf8_lossy(&body).into_owned()),
        }
    }

    /// What a path of a service answers, as JSON; nothing when it does not answer.
    pub async fn sees<T: serde::de::DeserializeOwned>(&self, service: SocketAddr, path: &str) -> Option<T> {
        let response = self
            .http
            .get(format!("http://{service}{path}"))
            .send()
            .await
            .ok()?;
        response.error_for_status().ok()?.json().await.ok()
    }
}

/// Many clients that write as fast as they can, wherever the ledger is now: each request goes to its next process.
pub struct Writers {
    tasks: JoinSet<()>,
    ledger: watch::Sender<Where>,
}

type Doors = Arc<[SocketAddr]>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Where {
    At(Doors),
    /// Wait for it.
    Away,
    /// Finish what was begun, and go.
    Closing(Doors),
}

impl Writers {
    /// Starts `count` clients; they wait until told where the ledger is.
    pub fn start(count: usize, client: &Client, journal: &Arc<Journal>) -> Self {
        let (ledger, _) = watch::channel(Where::Away);
        let numbers = Arc::new(AtomicU64::new(1));
        let mut tasks = JoinSet::new();
        for turn in 0..count {
            let writer = Writer {
                client: client.clone(),
                journal: journal.clone(),
                numbers: numbers.clone(),
                ledger: ledger.subscribe(),
                turn,
            };
            tasks.spawn(writer.run());
        }
        Self { tasks, ledger }
    }

    /// The ledger is there; nowhere when it is gone.
    pub fn turn_to(&self, ledger: Doors) {
        let gone = ledger.is_empty();
        self.ledger
            .send_replace(if gone { Where::Away } else { Where::At(ledger) });
    }

    /// Lets every client get its last answer; fails when one of them failed.
    pub async fn finish(mut self, ledger: Doors) {
        self.ledger.send_replace(Where::Closing(ledger));
        while let Some(ended) = self.tasks.join_next().await {
            ended.expect("a client got only answers that it may get");
        }
    }
}

struct Writer {
    client: Client,
    journal: Arc<Journal>,
    numbers: Arc<AtomicU64>,
    ledger: watch::Receiver<Where>,
    turn: usize,
}

impl Writer {
    async fn run(mut self) {
        while let Some(new) = self.next().await {
            let mut lost = 0;
            loop {
                let ledger = self.address().await;
                match self.client.writes(ledger, &new).await {
                    Asked::Acknowledged(entry) => {
                        self.journal.acknowledged(&entry, lost);
                        break;
                    }
                    Asked::Refused(status, body) => panic!("{new:?} was refused: {status} {body}"),
                    Asked::Lost if new.request % 7 == 0 => {
                        self.journal.abandoned(new.request);
                        break;
                    }
                    Asked::Lost => lost += 1,
                }
            }
        }
    }

    /// A new request, unless it is time to go.
    async fn next(&mut self) -> Option<NewEntry> {
        let here = self.ledger.wait_for(|at| *at != Where::Away).await;
        if !matches!(here.as_deref(), Ok(Where::At(_))) {
            return None;
        }
        let request = self.numbers.fetch_add(1, Ordering::Relaxed);
        Some(NewEntry {
            request,
            note: "n".repeat(usize::try_from(request % 900).unwrap_or(0)),
        })
    }

    async fn address(&mut self) -> SocketAddr {
        // A dead ledger refuses at once: other work goes first.
        tokio::task::yield_now().await;
        let here = self
            .ledger
            .wait_for(|at| *at != Where::Away)
            .await
            .expect("the test goes on");
        match &*here {
            Where::At(doors) | Where::Closing(doors) => {
                self.turn += 1;
                doors[self.turn % doors.len()]
            }
            Where::Away => unreachable!("waited for its return"),
        }
    }
}
