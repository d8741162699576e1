use std::collections::HashSet;

use serde_json::Value;

use crate::{
    Error, Result,
    documents::{Batch, MAX_COMMIT_BYTES, MAX_DOCUMENT_BYTES, Precondition, Schema, Write},
};

/// The most bytes of an id, as on Firestore.
const MAX_ID_BYTES: usize = 1500;

/// A write that keeps the port's rules, its body as text.
pub(super) struct Checked {
    pub(super) collection: String,
    pub(super) id: String,
    pub(super) when: Precondition,
    pub(super) body: Option<String>,
    pub(super) check_only: bool,
}

/// The writes of a batch that keeps the port's rules.
pub(super) fn checked(schema: &Schema, batch: Batch) -> Result<Vec<Checked>> {
    if let Some(twice) = duplicate(&batch) {
        return invalid(twice, "is in the commit twice");
    }
    let mut bytes = 0;
    let mut writes = Vec::with_capacity(batch.writes.len());
    for write in batch.writes {
        let write = check(schema, write)?;
        bytes += write.body.as_ref().map_or(0, String::len);
        writes.push(write);
    }
    if bytes > MAX_COMMIT_BYTES {
        return Err(Error::Invalid(format!(
            "the commit has {bytes} bytes; at most {MAX_COMMIT_BYTES}"
        )));
    }
    Ok(writes)
}

fn duplicate(batch: &Batch) -> Option<&Write> {
    let mut seen = HashSet::with_capacity(batch.writes.len());
    batch
        .writes
        .iter()
        .find(|write| !seen.insert((&write.collection, &write.id)))
}

fn check(schema: &Schema, write: Write) -> Result<Checked> {
    schema.collection(&write.collection)?;
    let id = &write.id;
    let reserved = matches!(id.as_str(), "." | "..") || (id.starts_with("__") && id.ends_with("__"));
    if id.is_empty() || id.len() > MAX_ID_BYTES || id.contains(['/', '\0']) || reserved {
        return invalid(&write, "is no id of a document");
    }
    if write.body.as_ref().is_some_and(|body| !body.is_object()) {
        return invalid(&write, "is not an object");
    }
    if write.body.as_ref().is_some_and(has_nested_array) {
        return invalid(&write, "has an array directly in an array");
    }
    let body = write.body.as_ref().map(Value::to_string);
    if body.as_ref().is_some_and(|body| body.len() > MAX_DOCUMENT_BYTES) {
        return invalid(&write, "is larger than 1 MiB");
    }
    Ok(Checked {
        collection: write.collection,
        id: write.id,
        when: write.when,
        body,
        check_only: write.check_only,
    })
}

fn has_nested_array(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| item.is_array() || has_nested_array(item)),
        Value::Object(fields) => fields.values().any(has_nested_array),
        _ => false,
    }
}

fn invalid<T>(write: &Write, why: &str) -> Result<T> {
    let id: String = write.id.chars().take(100).collect();
    Err(Error::Invalid(format!("{}/{id} {why}", write.collection)))
}
