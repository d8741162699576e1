//! The audit log: what mattered, in chains of hashes, in the commit that it is about.
//!
//! Several chains, chosen by the subject, since one head would be written by everybody at once.

use backends::{
    Clock,
    documents::{Batch, Collection, Direction, Filter, Index, Position, Precondition, Query, Store},
};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

const ENTRIES: &str = "audit";
const HEADS: &str = "audit_heads";
/// More chains bear more writes a second.
const CHAINS: u8 = 16;
const PAGE: usize = 500;

/// The log's collections.
pub const COLLECTIONS: &[Collection] = &[
    Collection {
        name: ENTRIES,
        indexes: &[
            Index::on(&["chain"]).by("sequence", Direction::Ascending),
            Index::on(&[]).by("at", Direction::Descending),
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

#[derive(Debug, Default, Serialize, Deserialize)]
struct Head {
    sequence: u64,
    hash: String,
}

/// A chain that was tampered with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("chain {chain} breaks at entry {sequence}: {why}")]
pub struct Broken {
    pub chain: u8,
    pub sequence: u64,
    pub why: &'static str,
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

    /// Adds an entry to `batch`. When somebody extends the same chain first, the commit conflicts: begin anew.
    pub async fn append(
        &self,
        batch: &mut Batch,
        actor: impl std::fmt::Display,
        act: &str,
        subject: impl std::fmt::Display,
        detail: Value,
    ) -> backends::Result<()> {
        let subject = subject.to_string();
        let chain = Sha256::digest(&subject)[0] % CHAINS;
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
        entry.hash = hash(&entry);
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
        let query = Query::all(ENTRIES)
            .ordered("at", Direction::Descending)
            .after(after)
            .limit(limit);
        let query = match subject {
            Some(subject) => query.equals("subject", subject),
            None => query,
        };
        let found = self.store.query(&query).await?;
        found
            .iter()
            .map(|document| Ok((query.position_of(document), document.read()?)))
            .collect()
    }

    /// Recomputes every chain; answers how many entries are sound.
    pub async fn verify(&self) -> backends::Result<Result<u64, Broken>> {
        let mut sound = 0;
        for chain in 0..CHAINS {
            match self.verify_chain(chain).await? {
                Ok(entries) => sound += entries,
                Err(broken) => return Ok(Err(broken)),
            }
        }
        Ok(Ok(sound))
    }

    async fn verify_chain(&self, chain: u8) -> backends::Result<Result<u64, Broken>> {
        let mut last = Head::default();
        loop {
            let page = self.entries_after(chain, last.sequence).await?;
            for entry in &page {
                let broken = |why| Broken {
                    chain,
                    sequence: entry.sequence,
                    why,
                };
                if entry.sequence != last.sequence + 1 {
                    return Ok(Err(broken("an entry is missing")));
                }
                if entry.previous != last.hash || entry.hash != hash(entry) {
                    return Ok(Err(broken("the entry was changed")));
                }
                last = Head {
                    sequence: entry.sequence,
                    hash: entry.hash.clone(),
                };
            }
            if page.len() < PAGE {
                break;
            }
        }
        let (head, _) = self.head(chain).await?;
        let whole = head.sequence == last.sequence && head.hash == last.hash;
        Ok(if whole {
            Ok(last.sequence)
        } else {
            Err(Broken {
                chain,
                sequence: last.sequence + 1,
                why: "the end of the chain is missing",
            })
        })
    }

    async fn entries_after(&self, chain: u8, sequence: u64) -> backends::Result<Vec<Entry>> {
        let query = Query::all(ENTRIES)
            .equals("chain", chain)
            .ordered("sequence", Direction::Ascending)
            .filter(Filter::AtLeast("sequence".into(), (sequence + 1).into()))
            .limit(PAGE);
        self.store
            .query(&query)
            .await?
            .iter()
            .map(backends::documents::Document::read)
            .collect()
    }

    async fn head(&self, chain: u8) -> backends::Result<(Head, Precondition)> {
        match self.store.get(HEADS, &chain.to_string()).await? {
            None => Ok((Head::default(), Precondition::Absent)),
            Some(document) => Ok((document.read()?, Precondition::Version(document.version))),
        }
    }
}

fn id(chain: u8, sequence: u64) -> String {
    format!("{chain}-{sequence}")
}

/// SHA-256 over the entry's JSON without its hash; serde writes the fields in their declared order.
fn hash(entry: &Entry) -> String {
    let unhashed = Entry {
        hash: String::new(),
        ..entry.clone()
    };
    let text = serde_json::to_vec(&unhashed).unwrap_or_default();
    hex::encode(Sha256::digest(text))
}
