//! The audit log: what mattered, in chains of hashes, in the commit that it is about.
//!
//! Several chains, chosen by the subject, since one head would be written by everybody at once.

mod verify;

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Index, Position, Precondition, Query, Store, time},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
pub use verify::Broken;

use crate::{
    Problem,
    extract::{Page, PageLink},
};

const ENTRIES: &str = "audit";
const HEADS: &str = "audit_heads";
/// More chains bear more writes a second.
const CHAINS: u8 = 16;

/// The log's collections.
pub const COLLECTIONS: &[Collection] = &[
    Collection {
        name: ENTRIES,
        indexes: &[
            Index::on(&["chain"]).by("sequence", Direction::Ascending),
            Index::on(&[]).by("at", Direction::Descending).sharded(),
            Index::on(&["subject"]).by("at", Direction::Descending),
        ],
        followed: false,
    },
    Collection::keyed(HEADS),
];

/// One entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    pub chain: u8,
    /// From 1, without gaps.
    pub sequence: u64,
    #[serde(with = "time")]
    pub at: DateTime<Utc>,
    /// Who did it: a user's id, a service, or `command`.
    pub actor: String,
    /// What was done: `sign-in`, `role-granted`.
    pub act: String,
    /// Whom or what it was done to.
    pub subject: String,
    /// No personal data.
    pub detail: Value,
    /// The hash of the entry before.
    pub previous: String,
    /// SHA-256 of all of the above.
    pub hash: String,
}

#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    sequence: u64,
    hash: String,
}

/// Writes and checks the log of a service's store.
#[derive(Clone)]
pub struct Audit {
    store: Store,
    clock: Clock,
}

impl Audit {
    pub(crate) fn new(store: Store, clock: Clock) -> Self {
        Self { store, clock }
    }

    /// Adds an entry to `batch`, at most one a batch and chain. When somebody extends the same chain first,
    /// the commit conflicts: begin anew.
    pub async fn append(
        &self,
        batch: &mut Batch,
        actor: impl std::fmt::Display,
        act: &str,
        subject: impl std::fmt::Display,
        detail: Value,
    ) -> backends::Result<()> {
        let subject = subject.to_string();
        let chain = chain_of(&subject);
        let (head, when) = self.head(chain).await?;
        let mut entry = Entry {
            chain,
            sequence: head.sequence + 1,
            at: self.clock.now(),
            actor: actor.to_string(),
            act: act.to_owned(),
            subject,
            detail,
            previous: head.hash,
            hash: String::new(),
        };
        entry.hash = hash(&entry)?;
        let head = Head {
            sequence: entry.sequence,
            hash: entry.hash.clone(),
        };
        batch.write(HEADS, chain.to_string(), when, &head)?;
        batch.create(ENTRIES, id(chain, entry.sequence), &entry)?;
        Ok(())
    }

    /// Entries, newest first, each with its place to go on after: of one subject, or all.
    pub async fn read(
        &self,
        subject: Option<&str>,
        after: Option<Position>,
        limit: usize,
    ) -> backends::Result<Vec<(Position, Entry)>> {
        self.found(&newest_first(subject).after(after).limit(limit)).await
    }

    /// One page of what [`Audit::read`] answers.
    pub async fn recent(
        &self,
        subject: Option<&str>,
        page: &Page,
    ) -> Result<(PageLink, Vec<Entry>), Problem> {
        let query = newest_first(subject)
            .after(page.after.clone())
            .offset(page.offset)
            .limit(page.probe());
        let found = self.found(&query).await?;
        let (link, found) = page.cut(found, |(position, _)| position.clone());
        Ok((link, found.into_iter().map(|(_, entry)| entry).collect()))
    }

    async fn found(&self, query: &Query) -> backends::Result<Vec<(Position, Entry)>> {
        let found = self.store.query(query).await?;
        found
            .iter()
            .map(|document| Ok((query.position_of(document), document.read()?)))
            .collect()
    }

    async fn head(&self, chain: u8) -> backends::Result<(Head, Precondition)> {
        match self.store.get(HEADS, &chain.to_string()).await? {
            None => Ok((Head::default(), Precondition::Absent)),
            Some(document) => Ok((document.read()?, Precondition::Version(document.version))),
        }
    }
}

fn newest_first(subject: Option<&str>) -> Query {
    let query = Query::all(ENTRIES).ordered("at", Direction::Descending);
    match subject {
        Some(subject) => query.equals("subject", subject),
        None => query,
    }
}

fn chain_of(subject: &str) -> u8 {
    Sha256::digest(subject)[0] % CHAINS
}

fn id(chain: u8, sequence: u64) -> String {
    format!("{chain}-{sequence}")
}

/// SHA-256 over the entry's JSON without its hash; serde writes the fields in their declared order.
fn hash(entry: &Entry) -> backends::Result<String> {
    let unhashed = Entry {
        hash: String::new(),
        ..entry.clone()
    };
    let text = serde_json::to_vec(&unhashed).map_err(|error| backends::Error::Invalid(error.to_string()))?;
    Ok(hex::encode(Sha256::digest(text)))
}
