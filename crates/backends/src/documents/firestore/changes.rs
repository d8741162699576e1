//! Following a collection: first what is there, then the log.

use std::collections::{HashMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{Shared, log, name, select};
use crate::{
    Error, Result,
    documents::{Change, Changes, Cursor, Document, Position, Query},
};

/// About the most changes at once.
const PAGE: usize = 500;
/// No more documents after so many bytes of them.
const PAGE_BYTES: usize = 8 << 20;
/// In microseconds: how far behind the newest entry most readings begin. What comes into view later than that is
/// found by a look at everything unsettled, every [`LOOK`].
const OVERLAP: i64 = 2_000_000;
const LOOK: i64 = 5_000_000;

/// How far a follower is; its cursor.
///
/// It carries what it has seen of the log's unsettled end, so that it goes on from any process. Times are the
/// server's, in microseconds since 1970.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Place {
    /// While it is told what was there: up to this id it was.
    filling: Option<String>,
    /// All entries up to here are known.
    settled: i64,
    /// The newest entry that was seen.
    newest: i64,
    /// When everything unsettled was last looked at.
    looked: i64,
    /// Whether the last reading left entries unread.
    behind: bool,
    /// The entries after `settled` that were seen: their times and marks.
    seen: Vec<(i64, u64)>,
}

/// What a follower is told next.
struct Told {
    changes: Vec<Change>,
    caught_up: bool,
}

impl Place {
    pub(super) fn of(cursor: Option<&Cursor>) -> Result<Option<Self>> {
        let Some(Cursor(text)) = cursor else {
            return Ok(None);
        };
        let place = serde_json::from_str(text);
        place
            .map_err(|_| Error::Invalid(format!("{text:?} is no cursor of this store")))
            .map(Some)
    }

    fn cursor(&self) -> Result<Cursor> {
        let text = serde_json::to_string(self).map_err(|error| Error::Other(error.to_string()))?;
        Ok(Cursor(text))
    }

    /// Before everything. What the log has so far need not be told: what it is about will be found.
    async fn beginning(shared: &Shared, collection: &str) -> Result<Self> {
        let now = log::now(shared, collection).await?;
        let settled = now - log::UNSETTLED;
        let mut place = Self {
            filling: Some(String::new()),
            settled,
            newest: settled,
            looked: settled,
            behind: false,
            seen: Vec::new(),
        };
        place.look(shared, collection, settled, usize::MAX).await?;
        Ok(place)
    }

    /// Reads the log since a time; what was not seen before.
    async fn look(
        &mut self,
        shared: &Shared,
        collection: &str,
        since: i64,
        most: usize,
    ) -> Result<(Vec<log::Entry>, i64)> {
        let seen: HashSet<u64> = self.seen.iter().map(|(_, mark)| *mark).collect();
        let reading = log::read(shared, collection, since, most, |mark| seen.contains(&mark)).await?;
        self.behind = !reading.complete;
        self.seen
            .extend(reading.entries.iter().map(|entry| (entry.at, entry.mark)));
        let last = reading.entries.last().map_or(self.newest, |entry| entry.at);
        self.newest = self.newest.max(last);
        if since <= self.settled {
            // Whatever is older than this was in view, as far as the reading went.
            let settled = reading.read - log::UNSETTLED;
            let settled = if self.behind { settled.min(last) } else { settled };
            self.settled = self.settled.max(settled);
            self.looked = if self.behind { self.looked } else { reading.read };
            let settled = self.settled;
            self.seen.retain(|(at, _)| *at >= settled);
        }
        Ok((reading.entries, reading.read))
    }

    /// The entries that come next.
    async fn entries(&mut self, shared: &Shared, collection: &str) -> Result<Vec<log::Entry>> {
        let known = self.settled;
        let lately = known.max(self.newest - OVERLAP);
        let since = if self.behind { known } else { lately };
        let (mut entries, now) = self.look(shared, collection, since, PAGE).await?;
        if now - known > log::REMEMBERED {
            return Err(Error::NotFound);
        }
        if !self.behind && now - self.looked >= LOOK {
            entries.extend(self.look(shared, collection, self.settled, PAGE).await?.0);
        }
        Ok(entries)
    }

    async fn told(&mut self, shared: &Shared, collection: &str) -> Result<Told> {
        let mut changes = Vec::new();
        if let Some(id) = self.filling.take() {
            let (there, cut) = there(shared, collection, &id).await?;
            self.filling = there.last().filter(|_| cut).map(|last| last.id.clone());
            changes.extend(there.into_iter().map(|document| Change {
                id: document.id.clone(),
                document: Some(document),
            }));
        }
        if self.filling.is_some() {
            return Ok(Told {
                changes,
                caught_up: false,
            });
        }
        let entries = self.entries(shared, collection).await?;
        changes.extend(changed(shared, collection, entries).await?);
        Ok(Told {
            changes,
            caught_up: !self.behind,
        })
    }
}

/// What comes next for a follower, and where it is then.
pub(super) async fn next(
    shared: &Shared,
    collection: &str,
    place: Option<Place>,
) -> Result<(Changes, Place)> {
    let mut place = match place {
        Some(place) => place,
        None => Place::beginning(shared, collection).await?,
    };
    let told = place.told(shared, collection).await?;
    let changes = Changes {
        changes: told.changes,
        cursor: place.cursor()?,
        caught_up: told.caught_up,
    };
    Ok((changes, place))
}

/// The documents after an id, and whether there are more.
async fn there(shared: &Shared, collection: &str, id: &str) -> Result<(Vec<Document>, bool)> {
    let after = Position {
        value: None,
        id: id.to_owned(),
    };
    let after = (!id.is_empty()).then_some(after);
    let query = Query::all(collection).limit(PAGE).after(after);
    let Some(query) = select::page(&shared.schema, &query)? else {
        return Ok((Vec::new(), false));
    };
    let page = shared.wire.query(query, PAGE_BYTES).await?;
    let cut = page.cut || page.documents.len() == PAGE;
    let documents = page.documents.into_iter().map(name::document);
    Ok((documents.collect::<Result<_>>()?, cut))
}

/// What has become of the documents of some entries, each once and in the order of its last entry.
async fn changed(shared: &Shared, collection: &str, entries: Vec<log::Entry>) -> Result<Vec<Change>> {
    let mut known = HashSet::new();
    let ids = entries.into_iter().flat_map(|entry| entry.ids).rev();
    let mut ids: Vec<String> = ids.filter(|id| known.insert(id.clone())).collect();
    ids.reverse();
    let names: Vec<String> = ids
        .iter()
        .map(|id| shared.wire.name(collection, &name::key(id)))
        .collect();
    let found = shared
        .wire
        .get(&names, false)
        .await?
        .into_iter()
        .map(name::document);
    let found = found.map(|document| document.map(|document| (document.id.clone(), document)));
    let mut found: HashMap<String, Document> = found.collect::<Result<_>>()?;
    let change = |id: String| Change {
        document: found.remove(&id),
        id,
    };
    Ok(ids.into_iter().map(change).collect())
}
