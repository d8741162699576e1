//! What an index holds for a field: one SQL value that compares as Firestore compares fields.
//!
//! Null, booleans, numbers, strings, arrays, objects, in this order; SQL's NULL when the field is missing.

use serde_json::Value;

/// Before all numbers; SQLite's JSON has no infinities.
const NULL: &str = "-9e999";
const FALSE: &str = "-1.7e308";
const TRUE: &str = "-1.6e308";

/// The JSON path of a dotted field.
pub(super) fn path(field: &str) -> String {
    let names = field.split('.').map(|name| format!(r#"."{name}""#));
    format!("${}", names.collect::<String>())
}

/// The key of what is at `path` of the JSON text `source`.
pub(super) fn of(source: &str, path: &str) -> String {
    let value = format!("json_extract({source}, '{path}')");
    keyed(
        &format!("json_type({source}, '{path}')"),
        &value,
        &format!("CAST({value} AS BLOB)"),
    )
}

/// The key of a scalar in an array, of a row `element` of `json_each`.
pub(super) fn of_element() -> String {
    keyed("element.type", "element.atom", "NULL")
}

fn keyed(kind: &str, scalar: &str, nested: &str) -> String {
    format!(
        "CASE {kind} WHEN 'null' THEN {NULL} WHEN 'false' THEN {FALSE} WHEN 'true' THEN {TRUE} \
         WHEN 'array' THEN {nested} WHEN 'object' THEN {nested} ELSE {scalar} END"
    )
}

/// What every key of a present field is at least.
pub(super) const LEAST: &str = ">= -9e999";

/// The bounds of the keys of the same kind as `value`: ranges do not cross kinds.
pub(super) fn bounds_of_kind(value: &Value) -> [String; 2] {
    match value {
        Value::Null => [format!(">= {NULL}"), format!("<= {NULL}")],
        Value::Bool(_) => [format!(">= {FALSE}"), format!("<= {TRUE}")],
        Value::Number(_) => [format!("> {TRUE}"), "< ''".to_owned()],
        _ => [">= ''".to_owned(), "< x''".to_owned()],
    }
}
