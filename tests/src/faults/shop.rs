use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use http::{Method, StatusCode};

use super::{Disk, Failure, Fault, Folder, Lasts};
use crate::{
    crash::{Asked, Client, all_are_told},
    ledger::{Books, Count, Entry, Footing, NewEntry, Running, Start, are_sound},
};

const PATIENCE: Duration = Duration::from_secs(30);
const BOTH: &[&str] = &["ledger", "reader"];

/// A ledger and a reader in one process, on a disk that fails when told to.
pub struct Shop {
    pub folder: Folder,
    pub disk: Disk,
    pub client: Client,
    start: Start,
    running: Running,
}

/// What a client may conclude from an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Promise {
    /// It is done.
    Done(Entry),
    /// Nothing was changed.
    Nothing,
    /// Either; to be asked again.
    Unknown,
}

impl Shop {
    /// Opens it, and does what is done only once.
    pub async fn open(program: &'static str) -> Self {
        let folder = Folder::new();
        let disk = Disk::below(folder.path(), program);
        let start = disk.under(Start::of(program, &Footing::embedded(folder.path())));
        let running = start.ready(BOTH).await;
        let shop = Self {
            folder,
            disk,
            client: Client::default(),
            start,
            running,
        };
        shop.repeats(&entry(u64::MAX / 2)).await;
        all_are_told(&shop.client, &shop.running, &shop.running).await;
        shop
    }

    /// Tries to open on an empty folder under a fault, which is over when that is decided: false when
    /// the fault did nothing. Whatever became of it, the shop opens afterwards.
    pub async fn opens_under(program: &'static str, fault: &Fault) -> bool {
        let folder = Folder::new();
        let disk = Disk::below(folder.path(), program);
        let start = disk.under(Start::of(program, &Footing::embedded(folder.path())));
        disk.breaks(*fault);
        let mut running = start.spawn();
        let opened = running.becomes_ready(BOTH).await;
        let hits = disk.mends().hits;
        if opened {
            running.strike();
        }
        let well = running.is_gone().await;
        let told = start.told();
        let clear = told.lines().any(|line| line.starts_with("error: "));
        assert!(
            opened || (clear && !well),
            "{fault:?}: it ended without a clear line:\n{told}"
        );
        let running = start.ready(BOTH).await;
        let client = Client::default();
        let shop = Self {
            folder,
            disk,
            client,
            start,
            running,
        };
        shop.repeats(&entry(1)).await;
        are_sound(shop.folder.path());
        hits > 0 || !opened
    }

    /// Killed as it is, and started again on a disk that works; what the fault did meanwhile.
    pub async fn dies(&mut self) -> u64 {
        self.running.strike();
        self.running.is_gone().await;
        let hits = self.disk.mends().hits;
        self.running = self.start.ready(BOTH).await;
        hits
    }

    /// Where the ledger is.
    pub fn ledger(&self) -> SocketAddr {
        self.running.member("ledger").address
    }

    /// The entries of a request.
    pub async fn entries(&self, new: &NewEntry) -> Vec<Entry> {
        let path = format!("/entries?request={}", new.request);
        let found = self.client.sees(self.ledger(), &path).await;
        found.expect("what is there can be read")
    }

    /// Asks for an entry under a fault, and holds the answer to what it may say.
    pub async fn asks(&self, new: &NewEntry, fault: &Fault) -> Promise {
        self.disk.breaks(*fault);
        match self.client.writes(self.ledger(), new).await {
            Asked::Acknowledged(entry) => Promise::Done(entry),
            Asked::Refused(status, body) if fault.explains(status, &body) => Promise::Nothing,
            // After one failing call the store can find out.
            Asked::Refused(..) if fault.lasts == Lasts::UntilMended => Promise::Unknown,
            Asked::Refused(status, body) => panic!("{fault:?}: {status} {body}"),
            Asked::Lost => panic!("{fault:?}: no answer\n{}", self.start.told()),
        }
    }

    /// Asks the ledger for anything else.
    pub async fn sends(&self, method: Method, path: &str, body: &str) -> (StatusCode, String) {
        let url = format!("http://{}{path}", self.ledger());
        let request = self.client.http().request(method, url).body(body.to_owned());
        let answer = request.send().await.expect("it answers");
        let status = answer.status();
        (status, answer.text().await.expect("it answers to the end"))
    }

    /// What is there is what was promised.
    pub async fn keeps(&self, promise: &Promise, new: &NewEntry, fault: &Fault) {
        let kept = self.entries(new).await;
        match promise {
            Promise::Done(entry) => assert_eq!(kept, std::slice::from_ref(entry), "{fault:?}"),
            Promise::Nothing => assert_eq!(kept, [], "{fault:?}"),
            Promise::Unknown => assert!(kept.len() < 2, "{fault:?}: {kept:?}"),
        }
    }

    /// The same request again on a disk that works: it is done now.
    pub async fn repeats(&self, new: &NewEntry) -> Entry {
        let entry = match self.client.writes(self.ledger(), new).await {
            Asked::Acknowledged(entry) => entry,
            other => panic!("it does not go on: {other:?}\n{}", self.start.told()),
        };
        assert_eq!(self.entries(new).await, std::slice::from_ref(&entry));
        entry
    }

    /// Waits for the effect of an entry.
    pub async fn is_told_once(&self, entry: &Entry, fault: &Fault) {
        let deadline = Instant::now() + PATIENCE;
        let path = format!("/counts/{}", entry.id);
        let reader = self.running.member("reader").address;
        loop {
            if let Some(count) = self.client.sees::<Count>(reader, &path).await {
                return assert_eq!(count.times, 1, "{fault:?}");
            }
            assert!(
                Instant::now() < deadline,
                "{fault:?}: nobody was told\n{}",
                self.start.told()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Ends it, and looks into all files.
    pub async fn closes(self) {
        all_are_told(&self.client, &self.running, &self.running).await;
        assert!(self.running.ends().await, "{}", self.start.told());
        are_sound(self.folder.path());
        Books::open(&Footing::embedded(self.folder.path()))
            .await
            .read()
            .await
            .adds_up();
    }
}

impl Fault {
    /// Whether this refusal is a clear one that promises that nothing was changed; fails when it is not clear.
    pub fn explains(&self, status: StatusCode, body: &str) -> bool {
        let problem: serde_json::Value = serde_json::from_str(body).expect("a problem document");
        let code = problem["code"].as_str().unwrap_or_default();
        let fits = match (status.as_u16(), code) {
            (507, "storage_full") => self.failure == Failure::Full,
            (503, "unavailable" | "unknown_outcome") => true,
            _ => false,
        };
        assert!(fits, "{self:?}: {status} {body}");
        code != "unknown_outcome"
    }
}

/// What a request asks for.
pub fn entry(request: u64) -> NewEntry {
    NewEntry {
        request,
        note: "n".repeat(200),
    }
}
