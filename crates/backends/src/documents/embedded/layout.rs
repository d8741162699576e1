use std::{collections::BTreeSet, path::Path};

use super::{key, select, tombstones};
use crate::{
    Error, Options, Result,
    documents::{Collection, Schema},
    sqlite::{Database, Layout},
};

/// `elements` holds the scalars of array fields that `contains` asks for, and `tombstones` the last
/// number of what was deleted from followed collections; triggers maintain both.
const MIGRATIONS: &[&str] = &["
    CREATE TABLE documents (
        collection TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        body TEXT NOT NULL,
        PRIMARY KEY (collection, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE elements (
        collection TEXT NOT NULL,
        field TEXT NOT NULL,
        value ANY NOT NULL,
        id TEXT NOT NULL,
        PRIMARY KEY (collection, field, value, id)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE tombstones (
        collection TEXT NOT NULL,
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (collection, id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX tombstones_by_version ON tombstones (collection, version);"];

pub(super) fn open(path: &Path, schema: &Schema, options: Options) -> Result<Database> {
    let declarations = declarations(schema)?;
    let layout = Layout {
        migrations: MIGRATIONS,
        declarations: &declarations,
    };
    Database::open(path, &layout, options)
}

/// The statements that make what the schema declares.
fn declarations(schema: &Schema) -> Result<Vec<String>> {
    let mut statements = Vec::new();
    for collection in schema.collections() {
        plain(collection.name)?;
        statements.extend(indexes(collection)?);
        if collection.followed {
            statements.extend(followed(collection.name));
            statements.push(tombstones::forget(collection.name));
        }
        for field in collection.indexes.iter().filter_map(|index| index.contains) {
            statements.extend(elements(collection.name, field)?);
        }
    }
    Ok(statements)
}

/// Names become part of SQL, so they are plain.
pub(super) fn plain(name: &str) -> Result<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if name.is_empty() || !name.chars().all(is_plain) {
        return Err(Error::Invalid(format!(
            "{name:?} cannot name a collection or a field"
        )));
    }
    Ok(name)
}

/// One ascending index answers both directions.
fn indexes(collection: &Collection) -> Result<BTreeSet<String>> {
    let name = collection.name;
    let mut statements = BTreeSet::new();
    for index in collection.indexes {
        let fields = index.fields();
        if fields.is_empty() {
            continue;
        }
        let keys: Vec<String> = fields
            .iter()
            .map(|field| Ok(key::of("body", &key::path(plain(field)?))))
            .collect::<Result<_>>()?;
        statements.insert(format!(
            r#"CREATE INDEX IF NOT EXISTS "{}" ON documents ({}, id) WHERE collection = '{name}'"#,
            select::index_name(name, &fields),
            keys.join(", "),
        ));
    }
    Ok(statements)
}

/// The name of the index for what changed of a collection.
pub(super) fn followed_index(collection: &str) -> String {
    format!("{collection} followed")
}

fn followed(name: &str) -> [String; 3] {
    let index = followed_index(name);
    [
        format!(
            r#"CREATE INDEX IF NOT EXISTS "{index}" ON documents (version)
               WHERE collection = '{name}'"#
        ),
        format!(
            r#"CREATE TRIGGER IF NOT EXISTS "{name} deleted" AFTER DELETE ON documents
               WHEN old.collection = '{name}' BEGIN
                   INSERT OR REPLACE INTO tombstones VALUES ('{name}', old.id, old.version);
               END"#
        ),
        format!(
            r#"CREATE TRIGGER IF NOT EXISTS "{name} created" AFTER INSERT ON documents
               WHEN new.collection = '{name}' BEGIN
                   DELETE FROM tombstones WHERE collection = '{name}' AND id = new.id;
               END"#
        ),
    ]
}

/// Triggers live in the file, so that processes of an older version maintain them too.
fn elements(name: &str, field: &str) -> Result<[String; 4]> {
    let path = key::path(plain(field)?);
    let value = key::of_element();
    let title = |event: &str| format!("{name}: elements of {field} {event}");
    let insert = |row: &str, source: &str| {
        format!(
            "INSERT OR IGNORE INTO elements
             SELECT '{name}', '{field}', {value}, {row}.id
             FROM {source} json_each({row}.body, '{path}') AS element
             WHERE {row}.collection = '{name}' AND json_type({row}.body, '{path}') = 'array'
             AND {value} IS NOT NULL"
        )
    };
    let delete = format!(
        "DELETE FROM elements WHERE collection = '{name}' AND field = '{field}' AND id = old.id
         AND value IN (SELECT {value} FROM json_each(old.body, '{path}') AS element);"
    );
    let trigger = |event: &str, row: &str, body: &str| {
        format!(
            r#"CREATE TRIGGER IF NOT EXISTS "{}" AFTER {event} ON documents
               WHEN {row}.collection = '{name}' BEGIN {body}; END"#,
            title(event),
        )
    };
    Ok([
        // What was there before the index was declared.
        format!(
            "{} AND NOT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = '{}')",
            insert("documents", "documents,"),
            title("INSERT"),
        ),
        trigger("INSERT", "new", &insert("new", "")),
        trigger("DELETE", "old", delete.trim_end_matches(';')),
        trigger("UPDATE", "new", &format!("{delete} {}", insert("new", ""))),
    ])
}
