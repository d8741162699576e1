//! What every implementation refuses before it writes.

use std::collections::HashSet;

use serde_json::Value;

use super::{Batch, MAX_COMMIT_BYTES, MAX_DOCUMENT_BYTES, MAX_ID_BYTES, Schema, Write};
use crate::{Error, Result};

/// A write that keeps the port's rules.
pub(crate) struct Checked {
    pub(crate) write: Write,
    /// The body as text.
    pub(crate) json: Option<String>,
}

/// The writes of a batch that keeps the port's rules.
pub(crate) fn checked(schema: &Schema, batch: Batch) -> Result<Vec<Checked>> {
    if let Some(twice) = duplicate(&batch) {
        return invalid(twice, "is in the commit twice");
    }
    let mut bytes = 0;
    let mut writes = Vec::with_capacity(batch.writes.len());
    for write in batch.writes {
        let write = check(schema, write)?;
        bytes += write.json.as_ref().map_or(0, String::len);
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
    if !is_id(&write.id) {
        return invalid(&write, "is no id of a document");
    }
    if write.body.as_ref().is_some_and(|body| !body.is_object()) {
        return invalid(&write, "is not an object");
    }
    if write.body.as_ref().is_some_and(has_nested_array) {
        return invalid(&write, "has an array directly in an array");
    }
    let json = write.body.as_ref().map(Value::to_string);
    if json.as_ref().is_some_and(|json| json.len() > MAX_DOCUMENT_BYTES) {
        return invalid(&write, "is larger than 1 MiB");
    }
    Ok(Checked { write, json })
}

/// Firestore's rules for ids.
pub(super) fn is_id(id: &str) -> bool {
    let reserved = matches!(id, "." | "..") || (id.starts_with("__") && id.ends_with("__"));
    !id.is_empty() && id.len() <= MAX_ID_BYTES && !id.contains(['/', '\0']) && !reserved
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
