//! Times as fields of documents, for `#[serde(with = "backends::documents::time")]`.
//!
//! Documents are ordered by the text of a time, so it always has six digits after the second: chrono's
//! own form leaves out zeros, and `…:05Z` sorts behind `…:05.5Z`.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

/// A time as it is stored: RFC 3339 in UTC, to the microsecond.
pub fn text(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// A time to compare a stored one with in a query.
pub fn value(time: DateTime<Utc>) -> Value {
    Value::String(text(time))
}

/// Writes a time as it is stored.
pub fn serialize<S: Serializer>(time: &DateTime<Utc>, serializer: S) -> Result<S::Ok, S::Error> {
    text(*time).serialize(serializer)
}

/// Reads a time in any form of RFC 3339.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<Utc>, D::Error> {
    DateTime::deserialize(deserializer)
}

/// The same for a time that may be missing; say `#[serde(default)]`, too.
pub mod option {
    use super::{DateTime, Deserialize, Deserializer, Serialize, Serializer, Utc, text};

    /// Writes a time as it is stored, or null.
    pub fn serialize<S: Serializer>(time: &Option<DateTime<Utc>>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(text).serialize(serializer)
    }

    /// Reads a time, or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<DateTime<Utc>>, D::Error> {
        Option::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn texts_sort_as_times_do(a in 0i64..4_000_000_000_000_000, b in 0i64..4_000_000_000_000_000) {
            let [a, b] = [a, b].map(|micros| DateTime::from_timestamp_micros(micros).unwrap());
            prop_assert_eq!(text(a).cmp(&text(b)), a.cmp(&b));
            prop_assert_eq!(text(a).parse::<DateTime<Utc>>().unwrap(), a);
        }
    }

    #[test]
    fn a_whole_second_sorts_before_its_fractions() {
        let second = DateTime::from_timestamp_micros(5_000_000).unwrap();
        let later = DateTime::from_timestamp_micros(5_500_000).unwrap();
        assert!(text(second) < text(later));
    }
}
