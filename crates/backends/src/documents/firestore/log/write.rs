use std::collections::BTreeMap;

use chrono::TimeDelta;
use gcloud_sdk::google::firestore::v1::{
    Document as Stored, MapValue, Precondition as Condition, Value as StoredValue, Write as Wired,
    document_transform::{
        FieldTransform,
        field_transform::{ServerValue, TransformType},
    },
    precondition::ConditionType,
    value::ValueType,
    write::Operation,
};

use super::{
    super::{Shared, value},
    AT, COLLECTION, EXPIRES, FENCE, IDS, PARTS, SPREAD, mark, timestamp,
};
use crate::{Error, Result, documents::Write};

/// An entry stays this long.
const KEPT: TimeDelta = TimeDelta::days(7);
/// Bytes of ids in one entry; a document has at most 1 MiB.
const ENTRY_BYTES: usize = 400 << 10;

/// A fresh commit's id.
pub(in super::super) fn fresh_id() -> Result<String> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|error| Error::Unavailable(format!("no randomness: {error}")))?;
    Ok(hex::encode(random))
}

/// The entries that a commit writes; the first has the commit's id and is always there.
pub(in super::super) fn entries(shared: &Shared, id: &str, writes: &[Write]) -> Vec<Wired> {
    let followed = |write: &&Write| {
        let collection = shared.schema.collection(&write.collection);
        !write.check_only && collection.is_ok_and(|collection| collection.followed)
    };
    let mut entries = vec![BTreeMap::<&str, Vec<String>>::new()];
    let mut bytes = 0;
    for write in writes.iter().filter(followed) {
        bytes += write.id.len();
        if bytes > ENTRY_BYTES {
            entries.push(BTreeMap::new());
            bytes = write.id.len();
        }
        if let Some(entry) = entries.last_mut() {
            entry.entry(&write.collection).or_default().push(write.id.clone());
        }
    }
    let name = |n: usize| match n {
        0 => shared.wire.name(COLLECTION, id),
        n => shared.wire.name(COLLECTION, &format!("{id}-{n}")),
    };
    let numbered = entries.iter().enumerate();
    numbered.map(|(n, ids)| entry(shared, name(n), ids)).collect()
}

fn entry(shared: &Shared, name: String, ids: &BTreeMap<&str, Vec<String>>) -> Wired {
    let part = mark(&name) % u64::from(SPREAD);
    let parts = ids.keys().map(|collection| format!("{collection}/{part}"));
    let lists = ids
        .iter()
        .map(|(&collection, ids)| (collection.to_owned(), value::texts(ids.iter().cloned())));
    let lists = MapValue {
        fields: lists.collect(),
    };
    let fields = [
        (PARTS.to_owned(), value::texts(parts)),
        (IDS.to_owned(), value::of(ValueType::MapValue(lists))),
        (EXPIRES.to_owned(), expires(shared)),
    ];
    let stamp = FieldTransform {
        field_path: AT.to_owned(),
        transform_type: Some(TransformType::SetToServerValue(ServerValue::RequestTime as i32)),
    };
    Wired {
        update_transforms: vec![stamp],
        ..created(name, fields)
    }
}

/// What takes an entry's place, so that its commit cannot be applied.
pub(in super::super) fn fence(shared: &Shared, marker: &str) -> Wired {
    let fields = [
        (FENCE.to_owned(), value::of(ValueType::BooleanValue(true))),
        (EXPIRES.to_owned(), expires(shared)),
    ];
    created(marker.to_owned(), fields)
}

/// Whether a document of the log is a fence.
pub(in super::super) fn is_fence(marker: &Stored) -> bool {
    marker.fields.contains_key(FENCE)
}

fn created<const N: usize>(name: String, fields: [(String, StoredValue); N]) -> Wired {
    Wired {
        operation: Some(Operation::Update(Stored {
            name,
            fields: fields.into(),
            ..Default::default()
        })),
        current_document: Some(Condition {
            condition_type: Some(ConditionType::Exists(false)),
        }),
        ..Default::default()
    }
}

fn expires(shared: &Shared) -> StoredValue {
    let time = shared.clock.now() + KEPT;
    value::of(ValueType::TimestampValue(timestamp(time.timestamp_micros())))
}
