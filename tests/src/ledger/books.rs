//! What is kept when no child runs: the ledger's entries, the reader's counts, what was not told.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
};

use backends::{
    documents::{Document, Position, Query, Store},
    events::Log,
};
use rusqlite::{Connection, OpenFlags};
use serde::de::DeserializeOwned;

use super::{COUNTS, Count, ENTRIES, Entry, Footing, LEDGER, READER, reader::SUBSCRIPTION};

/// What the ledger and its reader keep, opened as they open it.
pub struct Books {
    ledger: Store,
    reader: Store,
    events: Log,
}

/// Everything in the books at one moment.
pub struct Book {
    pub entries: Vec<Entry>,
    /// By the entry's id.
    pub counts: BTreeMap<String, Count>,
    /// Events that no relay moved yet.
    pub untold: usize,
    /// Events given up.
    pub dead: usize,
}

impl Books {
    /// Opens the books.
    pub async fn open(footing: &Footing) -> Self {
        let reader = footing.open(&READER).await;
        Self {
            ledger: footing.open(&LEDGER).await.documents,
            reader: reader.documents,
            // What is dead is known to who was told.
            events: reader.events,
        }
    }

    /// Reads all of it.
    pub async fn read(&self) -> Book {
        let dead = self.events.dead_letters(&SUBSCRIPTION, 1000).await;
        let counts = all::<Count>(&self.reader, COUNTS).await;
        Book {
            entries: all(&self.ledger, ENTRIES)
                .await
                .into_iter()
                .map(|(_, entry)| entry)
                .collect(),
            counts: counts.into_iter().collect(),
            untold: all::<serde_json::Value>(&self.ledger, "outbox").await.len(),
            dead: dead.expect("the dead letters are read").len(),
        }
    }
}

/// Fails when SQLite finds a file below `folder` damaged; services may be running on it.
pub fn are_sound(folder: &Path) {
    let data = folder.join("data");
    for name in ["ledger", "reader", "events"] {
        let path = data.join(format!("{name}.sqlite"));
        let db =
            Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE).expect("the file opens");
        let verdict: String = db
            .pragma_query_value(None, "integrity_check", |row| row.get(0))
            .expect("the file is checked");
        assert_eq!(verdict, "ok", "{}", path.display());
    }
}

impl Book {
    /// Every entry was told of exactly once, nothing else was told, and nothing waits.
    pub fn adds_up(&self) {
        let entries: HashMap<&str, u64> = self
            .entries
            .iter()
            .map(|entry| (entry.id.as_str(), entry.request))
            .collect();
        for (id, count) in &self.counts {
            assert_eq!(
                entries.get(id.as_str()),
                Some(&count.request),
                "entry {id} was told of, but is not there"
            );
            assert_eq!(count.times, 1, "entry {id} had its effect {} times", count.times);
        }
        for entry in &self.entries {
            assert!(
                self.counts.contains_key(&entry.id),
                "nobody was told of {entry:?}"
            );
        }
        let mut requests: Vec<u64> = entries.into_values().collect();
        requests.sort_unstable();
        let twice: Vec<_> = requests.windows(2).filter(|pair| pair[0] == pair[1]).collect();
        assert!(twice.is_empty(), "requests with two entries: {twice:?}");
        assert_eq!(
            (self.untold, self.dead),
            (0, 0),
            "events that wait, and dead ones"
        );
    }
}

async fn all<T: DeserializeOwned>(store: &Store, collection: &str) -> Vec<(String, T)> {
    let mut found = Vec::new();
    let mut after = None;
    loop {
        let page: Vec<Document> = store
            .query(&Query::all(collection).after(after))
            .await
            .expect("a page is read");
        let Some(last) = page.last() else {
            return found;
        };
        after = Some(Position {
            value: None,
            id: last.id.clone(),
        });
        found.extend(
            page.iter()
                .map(|document| (document.id.clone(), document.read().expect("it is whole"))),
        );
    }
}
