//! JSON as Firestore's values and back, without loss.
//!
//! By hand, since the client's own mapping drops nulls. What Firestore has no value or name for is marked with
//! a `~`: the empty name and names like `__this__`, integers beyond 64 signed bits, depths beyond twenty, and null
//! in an array, which its queries cannot find.

use std::collections::HashMap;

use gcloud_sdk::google::firestore::v1::{ArrayValue, MapValue, Value as Stored, value::ValueType};
use serde_json::{Map, Number, Value};

use crate::{Error, Result};

/// Deeper values are kept as text; Firestore allows twenty levels.
const MAX_DEPTH: usize = 16;
/// The names of what stands for a value that Firestore does not have.
const NUMBER: &str = "~number";
const TEXT: &str = "~json";
const NULL: &str = "~null";

/// The fields of a body, which is an object.
pub(super) fn fields(body: &Value) -> HashMap<String, Stored> {
    body.as_object()
        .map_or_else(HashMap::new, |object| object_fields(object, 1))
}

/// A scalar to compare a field with.
pub(super) fn scalar(value: &Value) -> Stored {
    stored(value, 1)
}

/// A scalar to look for in an array.
pub(super) fn element(value: &Value) -> Stored {
    stored_element(value, 1)
}

/// A text.
pub(super) fn text(text: impl Into<String>) -> Stored {
    of(ValueType::StringValue(text.into()))
}

/// A list of texts.
pub(super) fn texts(texts: impl IntoIterator<Item = String>) -> Stored {
    let values = texts.into_iter().map(text).collect();
    of(ValueType::ArrayValue(ArrayValue { values }))
}

/// A value of a kind.
pub(super) fn of(kind: ValueType) -> Stored {
    Stored {
        value_type: Some(kind),
    }
}

/// The body that has these fields.
pub(super) fn body(fields: HashMap<String, Stored>) -> Result<Value> {
    let fields = fields.into_iter();
    let object: Map<String, Value> = fields
        .map(|(name, value)| Ok((plain_name(&name), json(value)?)))
        .collect::<Result<_>>()?;
    Ok(Value::Object(object))
}

/// The path of a body's dotted field, as Firestore reads it.
pub(super) fn path(field: &str) -> String {
    let names = field.split('.').map(|name| path_of_name(&stored_name(name)));
    names.collect::<Vec<_>>().join(".")
}

/// The path of a document's own field; quoted where it must be, as Firestore itself writes it.
pub(super) fn path_of_name(name: &str) -> String {
    if is_simple(name) {
        return name.to_owned();
    }
    format!("`{}`", name.replace('\\', r"\\").replace('`', r"\`"))
}

fn is_simple(name: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    name.bytes().all(plain) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

fn stored(value: &Value, depth: usize) -> Stored {
    let kind = match value {
        Value::Null => ValueType::NullValue(0),
        Value::Bool(yes) => ValueType::BooleanValue(*yes),
        Value::Number(number) => return stored_number(number),
        Value::String(text) => ValueType::StringValue(text.clone()),
        Value::Array(_) | Value::Object(_) if depth > MAX_DEPTH => {
            return marked(TEXT, text(value.to_string()));
        }
        Value::Array(items) => ValueType::ArrayValue(ArrayValue {
            values: items.iter().map(|item| stored_element(item, depth + 1)).collect(),
        }),
        Value::Object(object) => ValueType::MapValue(MapValue {
            fields: object_fields(object, depth + 1),
        }),
    };
    of(kind)
}

fn stored_element(value: &Value, depth: usize) -> Stored {
    if value.is_null() {
        marked(NULL, of(ValueType::BooleanValue(true)))
    } else {
        stored(value, depth)
    }
}

fn stored_number(number: &Number) -> Stored {
    match (number.as_i64(), number.as_f64()) {
        (Some(integer), _) => of(ValueType::IntegerValue(integer)),
        (None, Some(float)) if number.is_f64() => of(ValueType::DoubleValue(float)),
        _ => marked(NUMBER, text(number.to_string())),
    }
}

fn marked(mark: &str, value: Stored) -> Stored {
    let fields = HashMap::from([(mark.to_owned(), value)]);
    of(ValueType::MapValue(MapValue { fields }))
}

fn object_fields(object: &Map<String, Value>, depth: usize) -> HashMap<String, Stored> {
    object
        .iter()
        .map(|(name, value)| (stored_name(name), stored(value, depth)))
        .collect()
}

fn stored_name(name: &str) -> String {
    let reserved = name.starts_with("__") && name.ends_with("__");
    if name.is_empty() || name.starts_with('~') || reserved {
        format!("~{name}")
    } else {
        name.to_owned()
    }
}

fn plain_name(name: &str) -> String {
    name.strip_prefix('~').unwrap_or(name).to_owned()
}

fn json(value: Stored) -> Result<Value> {
    Ok(match value.value_type {
        None | Some(ValueType::NullValue(_)) => Value::Null,
        Some(ValueType::BooleanValue(yes)) => yes.into(),
        Some(ValueType::IntegerValue(integer)) => integer.into(),
        Some(ValueType::DoubleValue(float)) => float.into(),
        Some(ValueType::StringValue(text)) => text.into(),
        Some(ValueType::ArrayValue(items)) => {
            let items = items.values.into_iter().map(json);
            Value::Array(items.collect::<Result<_>>()?)
        }
        Some(ValueType::MapValue(MapValue { fields })) => match unmarked(&fields)? {
            Some(value) => value,
            None => body(fields)?,
        },
        Some(other) => return Err(Error::Other(format!("a stored field is no JSON: {other:?}"))),
    })
}

/// What a marked value stands for.
fn unmarked(fields: &HashMap<String, Stored>) -> Result<Option<Value>> {
    let [(mark, value)] = fields.iter().collect::<Vec<_>>()[..] else {
        return Ok(None);
    };
    match (mark.as_str(), &value.value_type) {
        (NULL, _) => Ok(Some(Value::Null)),
        (NUMBER | TEXT, Some(ValueType::StringValue(text))) => serde_json::from_str(text)
            .map(Some)
            .map_err(|error| Error::Other(format!("a stored {mark} is no JSON: {error}"))),
        _ => Ok(None),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn json_value() -> impl Strategy<Value = Value> {
        let scalar = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<f64>()
                .prop_filter("JSON has finite numbers", |float| float.is_finite())
                .prop_map(Value::from),
            any::<String>().prop_map(Value::from),
        ];
        let name = prop_oneof![
            any::<String>(),
            Just("~null".to_owned()),
            Just("__x__".to_owned()),
            "~{0,3}"
        ];
        scalar.prop_recursive(24, 64, 4, move |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map(name.clone(), inner, 0..4)
                    .prop_map(|object| object.into_iter().collect::<Map<_, _>>().into()),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_json_comes_back_as_it_was(value in json_value()) {
            let object = json!({ "value": value });
            prop_assert_eq!(body(fields(&object)).unwrap(), object);
        }
    }

    #[test]
    fn great_depths_come_back() {
        let deep = (0..60).fold(json!(1), |inner, _| json!({ "in": [inner] }));
        assert_eq!(body(fields(&deep)).unwrap(), deep);
    }

    #[test]
    fn paths_are_quoted_where_they_must_be() {
        assert_eq!(path("place.city_2"), "place.city_2");
        assert_eq!(path("place.2nd.é"), "place.`2nd`.`é`");
        assert_eq!(path("~id"), "`~~id`");
        assert_eq!(path("a`b"), r"`a\`b`");
    }
}
