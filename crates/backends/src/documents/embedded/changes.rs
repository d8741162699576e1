use rusqlite::{Connection, params};

use super::parsed;
use crate::{
    Error, Result,
    documents::{Change, Changes, Cursor, Schema},
    sqlite::{failure, last},
};

/// The most changes at once.
const PAGE: usize = 500;
/// No more changes after so many bytes of documents.
const PAGE_BYTES: usize = 8 << 20;

/// A collection and the place up to which its changes are known.
#[derive(Clone)]
pub(super) struct Followed {
    collection: String,
    after: i64,
}

/// A row of what changed: the number, the id, and the body unless it was deleted.
type Row = (i64, String, Option<String>);

/// The number in a cursor.
pub(super) fn place(cursor: &Cursor) -> Result<i64> {
    let place = cursor.0.parse().ok().filter(|number| *number >= 0);
    place.ok_or_else(|| Error::Invalid(format!("{:?} is no cursor of this store", cursor.0)))
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
            after: after.map(place).transpose()?.unwrap_or(0),
        })
    }

    /// What comes next.
    pub(super) fn page(&self, db: &Connection) -> Result<Changes> {
        let last = last(db)?;
        if self.after > last {
            return Err(Error::Invalid("the cursor is of another store".to_owned()));
        }
        let (rows, caught_up) = self.rows(db).map_err(failure)?;
        let end = rows.last().map(|(number, ..)| *number).filter(|_| !caught_up);
        Ok(Changes {
            changes: rows.into_iter().map(change).collect::<Result<_>>()?,
            cursor: Cursor(end.unwrap_or(last).to_string()),
            caught_up,
        })
    }

    /// The next rows, and whether these are all.
    fn rows(&self, db: &Connection) -> rusqlite::Result<(Vec<Row>, bool)> {
        let name = &self.collection;
        let mut statement = db.prepare_cached(&format!(
            "SELECT version, id, body FROM documents WHERE collection = '{name}' AND version > ?1
             UNION ALL
             SELECT version, id, NULL FROM tombstones WHERE collection = '{name}' AND version > ?1
             ORDER BY version"
        ))?;
        let mut rows = statement.query(params![self.after])?;
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

fn change((number, id, body): Row) -> Result<Change> {
    let document = body.map(|body| parsed((id.clone(), number, body))).transpose()?;
    Ok(Change { id, document })
}
