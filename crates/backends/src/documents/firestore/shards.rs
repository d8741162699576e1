//! Sharded indexes: a hidden field, from the hash of a document's id, stands before the field that only grows.
//!
//! A query names all shards, and the server merges them in order: one call, and no more documents read than without.

use gcloud_sdk::google::firestore::v1::{
    ArrayValue, Value as Stored,
    structured_query::{Filter as Wired, field_filter::Operator},
    value::ValueType,
};

use super::{name, select, value};
use crate::{
    Result,
    documents::{Query, Schema, Write},
};

/// The field with a document's shard; a body's own field cannot have this name.
pub(super) const FIELD: &str = "~shard";
/// Each bears some 500 writes a second; a query may name thirty. With more, what fewer wrote is found, but whoever knows
/// fewer does not find everything.
const SHARDS: u8 = 8;

/// The field that a written document bears, if its collection has a sharded index.
pub(super) fn field(schema: &Schema, write: &Write) -> Result<Option<(String, Stored)>> {
    let sharded = schema.collection(&write.collection)?.is_sharded();
    Ok(sharded.then(|| (FIELD.to_owned(), shard(of(&write.id)))))
}

/// What a query filters on beside its own filters, if a sharded index answers it: the document is in any shard.
pub(super) fn filter(schema: &Schema, query: &Query) -> Result<Option<Wired>> {
    let shards = ArrayValue {
        values: (0..SHARDS).map(shard).collect(),
    };
    let any = value::of(ValueType::ArrayValue(shards));
    let sharded = schema.is_sharded(query)?;
    Ok(sharded.then(|| select::field_filter(value::path_of_name(FIELD), Operator::In, any)))
}

/// In which shard a document is, by its id.
fn of(id: &str) -> u8 {
    u8::from_str_radix(&name::hash(id)[..2], 16).unwrap_or_default() % SHARDS
}

fn shard(number: u8) -> Stored {
    value::of(ValueType::IntegerValue(number.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_follow_each_other_are_spread_evenly() {
        let mut found = [0; SHARDS as usize];
        for n in 0..8000 {
            found[usize::from(of(&format!("0199f2c0-{n:04}")))] += 1;
        }
        assert!(found.iter().all(|count| (850..1150).contains(count)), "{found:?}");
    }
}
