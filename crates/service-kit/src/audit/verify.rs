use backends::documents::{Direction, Document, Filter, Query};

use super::{Audit, CHAINS, ENTRIES, Entry, Head, hash, id};

/// Entries read at once.
const PAGE: usize = 500;

/// A chain that was tampered with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("chain {chain} breaks at entry {sequence}: {why}")]
pub struct Broken {
    pub chain: u8,
    pub sequence: u64,
    pub why: &'static str,
}

impl Audit {
    /// Recomputes every chain; answers how many entries are sound. Entries that are added meanwhile are no fault.
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
        // The head is read first: whatever is appended later comes behind it.
        let (head, _) = self.head(chain).await?;
        let mut last = Head::default();
        loop {
            let page = self.entries_after(chain, last.sequence).await?;
            for document in &page {
                match follow(chain, &last, document) {
                    Ok(next) => last = next,
                    Err(broken) => return Ok(Err(broken)),
                }
                if last.sequence == head.sequence && last != head {
                    return Ok(Err(broken(chain, last.sequence, "it is not what the head says")));
                }
            }
            if page.len() < PAGE {
                break;
            }
        }
        if last.sequence < head.sequence {
            return Ok(Err(broken(
                chain,
                last.sequence + 1,
                "the end of the chain is missing",
            )));
        }
        // Entries behind the head are honest only when the head has grown with them.
        let (now, _) = self.head(chain).await?;
        Ok(if now.sequence < last.sequence {
            Err(broken(chain, now.sequence + 1, "the head does not know it"))
        } else {
            Ok(last.sequence)
        })
    }

    async fn entries_after(&self, chain: u8, sequence: u64) -> backends::Result<Vec<Document>> {
        let query = Query::all(ENTRIES)
            .equals("chain", chain)
            .ordered("sequence", Direction::Ascending)
            .filter(Filter::AtLeast("sequence".into(), (sequence + 1).into()))
            .limit(PAGE);
        self.store.query(&query).await
    }
}

/// The head after `document`, when it continues the chain from `last`.
fn follow(chain: u8, last: &Head, document: &Document) -> Result<Head, Broken> {
    let expected = last.sequence + 1;
    let Ok(entry) = document.read::<Entry>() else {
        return Err(broken(chain, expected, "the entry cannot be read"));
    };
    if entry.sequence != expected {
        return Err(broken(chain, expected, "an entry is missing"));
    }
    let named = document.id == id(entry.chain, entry.sequence);
    let sound = hash(&entry).is_ok_and(|hash| hash == entry.hash);
    if !named || !sound || entry.previous != last.hash {
        return Err(broken(chain, expected, "the entry was changed"));
    }
    Ok(Head {
        sequence: entry.sequence,
        hash: entry.hash,
    })
}

fn broken(chain: u8, sequence: u64, why: &'static str) -> Broken {
    Broken { chain, sequence, why }
}
