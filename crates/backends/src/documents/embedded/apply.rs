use rusqlite::{OptionalExtension, params};

use crate::{
    Error, Result,
    documents::{Precondition, Version, Write, rules::Checked},
    sqlite::{Turn, failure},
};

/// Applies the writes of a commit, or fails before the first; says how many documents it deleted.
pub(super) fn all(turn: &Turn<'_>, writes: &[Checked]) -> Result<usize> {
    let mut changed = Vec::with_capacity(writes.len());
    for Checked { write, json } in writes {
        let stored = stored(turn, write)?;
        if !holds(&write.when, stored.as_ref()) {
            return Err(Error::conflict(&write.collection, &write.id));
        }
        // As on Firestore, an identical write changes nothing, not even the version.
        let same = stored.as_ref().map(|(_, body)| body) == json.as_ref();
        if !write.check_only && !same {
            changed.push((write, json));
        }
    }
    for (write, json) in &changed {
        match json {
            Some(json) => put(turn, write, json)?,
            None => delete(turn, write)?,
        }
    }
    Ok(changed.iter().filter(|(_, json)| json.is_none()).count())
}

fn stored(turn: &Turn<'_>, write: &Write) -> Result<Option<(i64, String)>> {
    turn.db
        .prepare_cached("SELECT version, body FROM documents WHERE collection = ?1 AND id = ?2")
        .and_then(|mut statement| {
            let key = params![write.collection, write.id];
            statement
                .query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()
        })
        .map_err(failure)
}

fn holds(when: &Precondition, stored: Option<&(i64, String)>) -> bool {
    match when {
        Precondition::None => true,
        Precondition::Absent => stored.is_none(),
        Precondition::Present => stored.is_some(),
        Precondition::Version(Version(version)) => {
            stored.is_some_and(|(stored, _)| stored.to_string() == *version)
        }
    }
}

fn put(turn: &Turn<'_>, write: &Write, json: &str) -> Result<()> {
    execute(
        turn,
        "INSERT INTO documents VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (collection, id) DO UPDATE SET version = excluded.version, body = excluded.body",
        params![write.collection, write.id, turn.number(), json],
    )
}

fn delete(turn: &Turn<'_>, write: &Write) -> Result<()> {
    execute(
        turn,
        "DELETE FROM documents WHERE collection = ?1 AND id = ?2",
        params![write.collection, write.id],
    )?;
    // In followed collections a trigger has left it.
    execute(
        turn,
        "UPDATE tombstones SET version = ?3 WHERE collection = ?1 AND id = ?2",
        params![write.collection, write.id, turn.number()],
    )
}

fn execute(turn: &Turn<'_>, sql: &str, parameters: impl rusqlite::Params) -> Result<()> {
    turn.db
        .prepare_cached(sql)
        .and_then(|mut statement| statement.execute(parameters))
        .map(drop)
        .map_err(failure)
}
