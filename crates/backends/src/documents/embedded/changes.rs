use std::str::FromStr;

use rusqlite::{Connection, params};

use super::{layout, parsed, tombstones::REMEMBERED};
use crate::{
    Error, Result,
    documents::{Change, Changes, Cursor, Schema},
    sqlite::{failure, last},
};

/// The most changes at once.
const PAGE: usize = 500;
/// No more changes after so many bytes of documents.
const PAGE_BYTES: usize = 8 << 20;

/// A follower of a collection.
pub(super) struct Followed {
    collection: String,
    place: Option<Place>,
}

/// How far a follower is: `READ-BEGAN` in a cursor.
#[derive(Debug, Clone, Copy)]
struct Place {
    /// The number up to which everything was told.
    read: i64,
    /// The store's last number when the follower began: what was deleted by then was never told.
    began: i64,
}

/// A row of what changed: the number, the id, and the body unless it was deleted.
type Row = (i64, String, Option<String>);

impl FromStr for Place {
    type Err = Error;

    fn from_str(cursor: &str) -> Result<Self> {
        let parse = || {
            let (read, began) = cursor.split_once('-')?;
            Some(Self {
                read: read.parse().ok()?,
                began: began.parse().ok()?,
            })
        };
        parse().ok_or_else(|| Error::Invalid(format!("{cursor:?} is no cursor of this store")))
    }
}

impl Place {
    fn cursor(self) -> Cursor {
        Cursor(format!("{}-{}", self.read, self.began))
    }

    /// From where on deletions must be told.
    fn knows_deletions_to(self) -> i64 {
        self.read.max(self.began)
    }
}

impl Followed {
    pub(super) fn of(schema: &Schema, collection: &str, after: Option<&Cursor>) -> Result<Self> {
        if !schema.collection(collection)?.followed {
            return Err(Error::Invalid(format!(
                "collection {collection} is not declared as followed"
            )));
        }
        Ok(Self {
            collection: collection.to_owned(),
            place: after.map(|cursor| cursor.0.parse()).transpose()?,
        })
    }

    /// The newest number that was looked at.
    pub(super) fn seen(&self) -> i64 {
        self.place.map_or(0, |place| place.read)
    }

    /// What comes next, and the follower that has read it.
    pub(super) fn page(self, db: &Connection) -> Result<(Changes, Self)> {
        let last = last(db)?;
        let place = self.place.unwrap_or(Place { read: 0, began: last });
        if place.knows_deletions_to() > last {
            return Err(Error::Invalid("the cursor is of another store".to_owned()));
        }
        if place.knows_deletions_to() < last - REMEMBERED {
            return Err(Error::NotFound);
        }
        let (rows, caught_up) = self.rows(db, place).map_err(failure)?;
        let end = rows.last().map(|(number, ..)| *number).filter(|_| !caught_up);
        let place = Place {
            read: end.unwrap_or(last),
            ..place
        };
        let changes = Changes {
            changes: rows.into_iter().map(change).collect::<Result<_>>()?,
            cursor: place.cursor(),
            caught_up,
        };
        let place = Some(place);
        Ok((changes, Self { place, ..self }))
    }

    /// The next rows, and whether these are all.
    fn rows(&self, db: &Connection, place: Place) -> rusqlite::Result<(Vec<Row>, bool)> {
        let mut statement = db.prepare_cached(&newer(&self.collection))?;
        let mut rows = statement.query(params![place.read, place.knows_deletions_to()])?;
        let (mut page, mut bytes): (Vec<Row>, usize) = (Vec::new(), 0);
        while let Some(row) = rows.next()? {
            if page.len() == PAGE || bytes > PAGE_BYTES {
                return Ok((page, false));
            }
            let found: Row = (row.get(0)?, row.get(1)?, row.get(2)?);
            bytes += found.2.as_ref().map_or(0, String::len);
            page.push(found);
        }
        Ok((page, true))
    }
}

/// What was written after `?1` or deleted after `?2`. SQLite, left alone, would read the whole collection and sort it.
fn newer(name: &str) -> String {
    let index = layout::followed_index(name);
    format!(
        r#"SELECT version, id, body FROM documents INDEXED BY "{index}" WHERE collection = '{name}' AND version > ?1
           UNION ALL
           SELECT version, id, NULL FROM tombstones WHERE collection = '{name}' AND version > ?2
           ORDER BY version"#
    )
}

fn change((number, id, body): Row) -> Result<Change> {
    let document = body.map(|body| parsed((id.clone(), number, body))).transpose()?;
    Ok(Change { id, document })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Options,
        documents::{Collection, embedded::tests::plan},
    };

    #[test]
    fn what_is_new_is_sought_and_what_is_known_is_not_read() {
        const THINGS: &[Collection] = &[Collection {
            followed: true,
            ..Collection::keyed("things")
        }];
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("documents.sqlite");
        layout::open(&path, &Schema::of(THINGS), Options::default()).unwrap();
        let plan = plan(&path, &newer("things"), &["1".to_owned(), "1".to_owned()]);
        assert_eq!(
            plan,
            "MERGE (UNION ALL); LEFT; SEARCH documents USING INDEX things followed (version>?); RIGHT; \
             SEARCH tombstones USING COVERING INDEX tombstones_by_version (collection=? AND version>?)"
        );
    }
}
