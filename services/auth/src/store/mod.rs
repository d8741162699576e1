//! Domain verbs over the documents port; nobody else knows the collections.

mod codes;
mod counters;
mod follows;
mod rings;
mod sessions;
mod users;

use backends::documents::{
    Batch, Collection, Direction, Document, Index, Position, Precondition, Query, Store, Version,
};
use serde::{Serialize, de::DeserializeOwned};
use service_kit::extract::Page;

pub(crate) use codes::CodeStore;
pub(crate) use counters::{CounterStore, Tally};
pub(crate) use follows::Follows;
pub(crate) use rings::{Rings, save_ring};
pub(crate) use sessions::{SessionStore, add_session, end_session};
pub(crate) use users::Users;

const USERS: &str = "users";
/// Who has an address or a number: at most one account each.
const CLAIMS: &str = "claims";
const SESSIONS: &str = "sessions";
const CODES: &str = "codes";
const COUNTERS: &str = "counters";
const RINGS: &str = "token_keys";
const FOLLOWS: &str = "follows";

/// Forgotten by themselves, by `expires_at`.
pub(crate) const PASSING: [&str; 3] = [SESSIONS, CODES, COUNTERS];

const BY_EXPIRY: Index = Index::on(&[]).by("expires_at", Direction::Ascending).sharded();

/// What auth keeps.
pub(crate) const COLLECTIONS: &[Collection] = &[
    Collection::keyed(USERS),
    Collection::keyed(CLAIMS),
    Collection {
        name: SESSIONS,
        indexes: &[
            Index::on(&["user_id", "epoch"]).by("created_at", Direction::Descending),
            Index::on(&["user_id"]),
            BY_EXPIRY,
        ],
        followed: false,
    },
    Collection {
        name: CODES,
        indexes: &[BY_EXPIRY],
        followed: false,
    },
    Collection {
        name: COUNTERS,
        indexes: &[BY_EXPIRY],
        followed: false,
    },
    Collection {
        name: RINGS,
        indexes: &[],
        followed: true,
    },
    Collection {
        name: FOLLOWS,
        indexes: &[
            Index::on(&["user_id"]).by("since", Direction::Descending),
            Index::on(&["user_id"]),
            Index::on(&["artisan_id"]),
        ],
        followed: false,
    },
];

/// Which part of a list.
#[derive(Debug, Clone)]
pub(crate) struct Slice {
    pub(crate) after: Option<Position>,
    pub(crate) offset: usize,
    pub(crate) limit: usize,
}

impl From<&Page> for Slice {
    fn from(page: &Page) -> Self {
        Self {
            after: page.after.clone(),
            offset: page.offset,
            limit: page.probe(),
        }
    }
}

impl Slice {
    fn of(self, query: Query) -> Query {
        query.after(self.after).offset(self.offset).limit(self.limit)
    }
}

/// A document as it was read, and its version then.
#[derive(Debug, Clone)]
pub(crate) struct Stored<T> {
    pub(crate) value: T,
    version: Version,
}

impl<T: DeserializeOwned> Stored<T> {
    fn of(document: &Document) -> backends::Result<Self> {
        Ok(Self {
            value: document.read()?,
            version: document.version.clone(),
        })
    }
}

async fn find<T: DeserializeOwned>(
    store: &Store,
    collection: &str,
    id: &str,
) -> backends::Result<Option<Stored<T>>> {
    let document = store.get(collection, id).await?;
    document.as_ref().map(Stored::of).transpose()
}

/// Writes a document that nobody else may have written since it was read, or found missing.
fn write_back<T: Serialize>(
    batch: &mut Batch,
    collection: &str,
    id: &str,
    read: Option<&Version>,
    body: &T,
) -> backends::Result<()> {
    let when = read.map_or(Precondition::Absent, |version| {
        Precondition::Version(version.clone())
    });
    batch.write(collection, id, when, body).map(drop)
}

/// Deletes what a query finds; says whether it found any.
async fn forget_found(store: &Store, query: &Query) -> backends::Result<bool> {
    let found = store.query(query).await?;
    let any = !found.is_empty();
    if any {
        let mut batch = Batch::new();
        for document in found {
            batch.delete(&query.collection, document.id, Precondition::None);
        }
        store.commit(batch).await?;
    }
    Ok(any)
}
