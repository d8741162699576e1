use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{Attack, Refusal, Target};
use crate::refusals::schema::{self, Field};

/// What only the server decides, or only the privileged: none of it may slip in with a body.
const PRIVILEGED: [&str; 28] = [
    "id",
    "_id",
    "user_id",
    "artisan_id",
    "buyer_id",
    "owner_id",
    "role",
    "roles",
    "is_admin",
    "admin",
    "scope",
    "sub",
    "status",
    "verified",
    "email_verified",
    "phone_verified",
    "suspended",
    "deleted",
    "created_at",
    "updated_at",
    "revision",
    "version",
    "balance",
    "reserved",
    "ai_suggested_price",
    "provenance",
    "password_hash",
    "__proto__",
];

/// Bodies with one wrong field.
pub(super) fn attacks(target: &Target<'_>) -> Vec<Attack> {
    let (Some(schema), Some(body)) = (target.operation.body(), &target.asked.body) else {
        return Vec::new();
    };
    let fields = schema::fields(target.operation.document(), schema, body);
    let mut attacks: Vec<Attack> = fields
        .iter()
        .flat_map(|field| on_field(target, &fields, field, body))
        .collect();
    for object in objects(body) {
        let known: BTreeSet<String> = fields.iter().map(|field| field.pointer.clone()).collect();
        let names = PRIVILEGED.iter().copied().chain(["surprise", "constructor", ""]);
        let unknown = names
            .map(|name| format!("{object}/{name}"))
            .filter(|pointer| !known.contains(pointer));
        attacks.extend(
            unknown.map(|pointer| wrong(target, &fields, body, "the unknown field", &pointer, json!("x"))),
        );
    }
    for (pointer, value) in &target.row.also_wrong {
        attacks.push(wrong(
            target,
            &fields,
            body,
            "a value without meaning",
            pointer,
            value.clone(),
        ));
    }
    attacks
}

fn on_field(target: &Target<'_>, fields: &[Field<'_>], field: &Field<'_>, body: &Value) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let mut add =
        |what: &str, value: Value| attacks.push(wrong(target, fields, body, what, &field.pointer, value));
    field
        .shape
        .wrong_types()
        .into_iter()
        .for_each(|value| add("a wrong type", value));
    let good = body.pointer(&field.pointer);
    field
        .shape
        .beyond(good)
        .into_iter()
        .for_each(|value| add("beyond a limit", value));
    if field.required {
        let request = target.good.with_json(&without(body, &field.pointer));
        attacks.push(Attack::new(
            format!("without {}", field.pointer),
            request,
            Refusal::Names(field.pointer.clone()),
        ));
    }
    attacks
}

fn wrong(
    target: &Target<'_>,
    fields: &[Field<'_>],
    body: &Value,
    what: &str,
    pointer: &str,
    value: Value,
) -> Attack {
    let shown: String = value.to_string().chars().take(40).collect();
    let request = target.good.with_json(&with(body, pointer, value));
    Attack::new(
        format!("{what} {pointer}: {shown}"),
        request,
        Refusal::Names(schema::named(fields, pointer).to_owned()),
    )
}

/// The pointers of every object in a body.
fn objects(value: &Value) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| (format!("/{name}"), value))
            .collect(),
        Value::Array(elements) => elements
            .first()
            .map(|first| ("/0".to_owned(), first))
            .into_iter()
            .collect(),
        _ => return Vec::new(),
    };
    let itself = value.is_object().then(String::new);
    let nested = inner.into_iter().flat_map(|(at, value)| {
        objects(value)
            .into_iter()
            .map(move |below| format!("{at}{below}"))
    });
    itself.into_iter().chain(nested).collect()
}

/// A body with a value at a pointer whose parent is there.
pub(super) fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = body.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    match changed
        .pointer_mut(parent)
        .expect("the field's parent is in the example")
    {
        Value::Object(object) => drop(object.insert(name.to_owned(), value)),
        Value::Array(elements) => elements[name.parse::<usize>().expect("an index")] = value,
        other => panic!("{parent} is {other}"),
    }
    changed
}

fn without(body: &Value, pointer: &str) -> Value {
    let mut changed = body.clone();
    let (parent, name) = pointer.rsplit_once('/').expect("a pointer");
    if let Some(Value::Object(object)) = changed.pointer_mut(parent) {
        object.remove(name);
    }
    changed
}
