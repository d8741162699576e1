use gcloud_sdk::google::firestore::v1::{
    Cursor, Document as Stored, StructuredQuery, Value as StoredValue,
    structured_query::{CollectionSelector, Direction, Filter, field_filter::Operator},
    value::ValueType,
};

use super::{
    super::{Shared, select, value},
    AT, COLLECTION, IDS, PARTS, mark, micros, parts, timestamp,
};
use crate::{Error, Result};

/// Entries in one answer.
const PAGE: i32 = 300;

/// An entry of one collection.
pub(in super::super) struct Entry {
    /// When the server began to apply the commit, in microseconds since 1970.
    pub(in super::super) at: i64,
    /// Which entry it is.
    pub(in super::super) mark: u64,
    /// The ids that were written.
    pub(in super::super) ids: Vec<String>,
    name: String,
}

/// Some entries, oldest first, as they were at one time.
pub(in super::super) struct Reading {
    pub(in super::super) entries: Vec<Entry>,
    /// The server's time of the reading.
    pub(in super::super) read: i64,
    /// Whether these are all.
    pub(in super::super) complete: bool,
}

/// The entries of a collection since a time, except those already `seen`; up to about `most` fresh ids.
pub(in super::super) async fn read(
    shared: &Shared,
    collection: &str,
    since: i64,
    most: usize,
    seen: impl Fn(u64) -> bool,
) -> Result<Reading> {
    let mut reading = Reading {
        entries: Vec::new(),
        read: 0,
        complete: false,
    };
    let (mut after, mut ids) = (None, 0);
    while !reading.complete && ids < most {
        let query = since_query(collection, since, after.as_ref());
        let page = shared.wire.query(query, usize::MAX).await?;
        // The first reading's time: what comes into view between two is not told by it.
        reading.read = if reading.read == 0 {
            micros(page.read_time)
        } else {
            reading.read
        };
        reading.complete = page.documents.len() < usize::try_from(PAGE).unwrap_or(usize::MAX);
        let entries = page.documents.into_iter().map(|stored| entry(stored, collection));
        let entries: Vec<Entry> = entries.collect::<Result<_>>()?;
        after = entries.last().map(|entry| (entry.at, entry.name.clone()));
        reading
            .entries
            .extend(entries.into_iter().filter(|entry| !seen(entry.mark)));
        ids = reading.entries.iter().map(|entry| entry.ids.len()).sum();
    }
    Ok(reading)
}

/// The server's time.
pub(in super::super) async fn now(shared: &Shared, collection: &str) -> Result<i64> {
    let newest = newest_query(collection);
    Ok(micros(shared.wire.query(newest, usize::MAX).await?.read_time))
}

pub(in super::super) fn newest_query(collection: &str) -> StructuredQuery {
    StructuredQuery {
        limit: Some(1),
        ..query(collection, Vec::new(), Direction::Descending)
    }
}

pub(in super::super) fn since_query(
    collection: &str,
    since: i64,
    after: Option<&(i64, String)>,
) -> StructuredQuery {
    let time = |at| value::of(ValueType::TimestampValue(timestamp(at)));
    let at_least = select::field_filter(AT.to_owned(), Operator::GreaterThanOrEqual, time(since));
    StructuredQuery {
        limit: Some(PAGE),
        start_at: after.map(|(at, name)| Cursor {
            values: vec![time(*at), value::of(ValueType::ReferenceValue(name.clone()))],
            before: false,
        }),
        ..query(collection, vec![at_least], Direction::Ascending)
    }
}

fn query(collection: &str, mut filters: Vec<Filter>, direction: Direction) -> StructuredQuery {
    let parts = value::texts(parts(collection));
    filters.push(select::field_filter(
        PARTS.to_owned(),
        Operator::ArrayContainsAny,
        parts,
    ));
    let order = [AT, "__name__"].map(|field| select::order(field.to_owned(), direction));
    StructuredQuery {
        from: vec![CollectionSelector {
            collection_id: COLLECTION.to_owned(),
            all_descendants: false,
        }],
        r#where: select::all_of(filters),
        order_by: order.into(),
        ..Default::default()
    }
}

fn entry(stored: Stored, collection: &str) -> Result<Entry> {
    let broken = || Error::Other(format!("{} is no entry of the log", stored.name));
    let field = |name: &str| {
        let value = stored.fields.get(name)?;
        value.value_type.as_ref()
    };
    let (Some(ValueType::TimestampValue(at)), Some(ValueType::MapValue(lists))) = (field(AT), field(IDS))
    else {
        return Err(broken());
    };
    let list = lists
        .fields
        .get(collection)
        .and_then(|list| list.value_type.as_ref());
    let ids = match list {
        Some(ValueType::ArrayValue(ids)) => ids.values.iter().map(text).collect::<Option<_>>(),
        _ => None,
    };
    Ok(Entry {
        at: micros(*at),
        mark: mark(&stored.name),
        ids: ids.ok_or_else(broken)?,
        name: stored.name,
    })
}

fn text(value: &StoredValue) -> Option<String> {
    match &value.value_type {
        Some(ValueType::StringValue(text)) => Some(text.clone()),
        _ => None,
    }
}
