//! The log of commits: one entry a commit, with the ids that it wrote in followed collections.
//!
//! Entries are found by the time at which the server began to apply their commit. A commit takes as long as its
//! deadline at most, so a later entry may come into view before an earlier one, but not by more than [`UNSETTLED`].

mod read;
mod write;

use gcloud_sdk::prost_types::Timestamp;

#[cfg(test)]
pub(super) use self::read::{newest_query, since_query};
pub(super) use self::{
    read::{Entry, now, read},
    write::{entries, fence, fresh_id, is_fence},
};
use super::name;

/// No declared collection can have this name.
pub(super) const COLLECTION: &str = "~log";
/// When the server began to apply the commit.
pub(super) const AT: &str = "at";
/// In which part of which followed collections' logs the entry is.
pub(super) const PARTS: &str = "parts";
/// When the entry may be removed: the database's time-to-live policy is on this field.
pub(super) const EXPIRES: &str = "expires";
/// The ids that were written, by collection.
const IDS: &str = "ids";
/// Instead of an entry: its commit will never be applied.
const FENCE: &str = "fence";
/// Entries of one collection are spread, since an index by time bears some hundred writes a second in one place.
const SPREAD: u8 = 4;
/// In microseconds: a follower that was away for longer begins anew. A day less than entries stay.
pub(super) const REMEMBERED: i64 = 6 * 24 * 3_600_000_000;
/// In microseconds: what began to be applied before this is in view. Five times as long as the server tries.
pub(super) const UNSETTLED: i64 = 20_000_000;

/// All parts of a collection's log.
pub(super) fn parts(collection: &str) -> Vec<String> {
    (0..SPREAD).map(|part| format!("{collection}/{part}")).collect()
}

/// Tells an entry from all others.
fn mark(name: &str) -> u64 {
    u64::from_str_radix(&name::hash(name)[..16], 16).unwrap_or_default()
}

/// Microseconds since 1970.
fn micros(time: Timestamp) -> i64 {
    time.seconds * 1_000_000 + i64::from(time.nanos) / 1000
}

fn timestamp(micros: i64) -> Timestamp {
    Timestamp {
        seconds: micros.div_euclid(1_000_000),
        nanos: i32::try_from(micros.rem_euclid(1_000_000) * 1000).unwrap_or_default(),
    }
}
