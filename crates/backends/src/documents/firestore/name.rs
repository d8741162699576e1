//! The names of documents in Firestore, and their versions.

use aws_lc_rs::digest::{SHA256, digest};
use gcloud_sdk::{
    google::firestore::v1::{Document as Stored, value::ValueType},
    prost_types::Timestamp,
};

use super::{shards, value};
use crate::{
    Error, Result,
    documents::{Document, Version},
};

/// The field with a document's id, by which documents are ordered: their names are not in that order.
pub(super) const ID: &str = "~id";
/// Bytes of an id that stay readable in the name; a name has at most 1500.
const READABLE: usize = 1400;

/// The last part of a document's name.
///
/// It begins with a hash: ids made one after another would otherwise be written to the same place of Firestore's
/// tables, which bears only some hundred writes a second.
pub(super) fn key(id: &str) -> String {
    let hash = hash(id);
    let prefix = &hash[..4];
    if id.len() > READABLE {
        format!("{prefix}~{hash}")
    } else {
        format!("{prefix}-{id}")
    }
}

/// What Firestore holds, as the port says it.
pub(super) fn document(stored: Stored) -> Result<Document> {
    let version = version(stored.update_time.unwrap_or_default());
    let mut fields = stored.fields;
    fields.remove(shards::FIELD);
    let Some(ValueType::StringValue(id)) = fields.remove(ID).and_then(|id| id.value_type) else {
        return Err(Error::Other(format!("{} has no id", stored.name)));
    };
    Ok(Document {
        id,
        version,
        body: value::body(fields)?,
    })
}

/// The time of the last write that changed a document.
pub(super) fn version(time: Timestamp) -> Version {
    Version(format!("{}.{:09}", time.seconds, time.nanos))
}

/// The time that a version is; `None` when it is of another store.
pub(super) fn time(Version(version): &Version) -> Option<Timestamp> {
    let (seconds, nanos) = version.split_once('.')?;
    Some(Timestamp {
        seconds: seconds.parse().ok()?,
        nanos: nanos.parse().ok()?,
    })
}

/// The SHA-256 of a text, in hexadecimal digits.
pub(super) fn hash(text: &str) -> String {
    hex::encode(digest(&SHA256, text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_follow_each_other_lie_apart() {
        let prefixes: std::collections::HashSet<String> = (0..100)
            .map(|n| key(&format!("0199f2c0-{n:04}"))[..4].to_owned())
            .collect();
        assert!(prefixes.len() > 90, "{prefixes:?}");
    }

    #[test]
    fn long_ids_fit_in_a_name_and_differ() {
        let [a, b] = ["a", "b"].map(|end| key(&format!("{}{end}", "x".repeat(1499))));
        assert!(a.len() <= 1500 && a != b, "{a} {b}");
    }

    #[test]
    fn a_version_is_a_time() {
        let at = Timestamp {
            seconds: 1_795_000_000,
            nanos: 123_456_000,
        };
        assert_eq!(time(&version(at)), Some(at));
        assert_eq!(time(&Version("7".to_owned())), None);
    }
}
