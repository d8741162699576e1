use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::document::Document;

/// What may stand at one place: every variant of a schema, with its references resolved.
#[derive(Debug, Clone)]
pub(super) struct Shape<'a> {
    variants: Vec<&'a Value>,
}

/// A place in a body.
#[derive(Debug, Clone)]
pub(super) struct Field<'a> {
    /// A JSON pointer (RFC 6901).
    pub(super) pointer: String,
    pub(super) shape: Shape<'a>,
    /// Whether its object must have it.
    pub(super) required: bool,
}

impl<'a> Shape<'a> {
    pub(super) fn of(document: &'a Document, schema: &'a Value) -> Self {
        let schema = document.resolved(schema);
        let choices = ["oneOf", "anyOf", "allOf"]
            .iter()
            .find_map(|choice| schema.get(*choice)?.as_array());
        let variants = match choices {
            Some(choices) => choices
                .iter()
                .flat_map(|choice| Self::of(document, choice).variants)
                .collect(),
            None => vec![schema],
        };
        Self { variants }
    }

    /// The names of the JSON types that may stand here.
    pub(super) fn types(&self) -> BTreeSet<&'a str> {
        self.variants.iter().flat_map(|variant| types(variant)).collect()
    }

    /// Values of all other types.
    pub(super) fn wrong_types(&self) -> Vec<Value> {
        let allowed = self.types();
        let wrong = |name: &str| !(allowed.contains(name) || name == "integer" && allowed.contains("number"));
        let samples = [
            ("null", json!(null)),
            ("boolean", json!(true)),
            ("integer", json!(7)),
            ("number", json!(7.5)),
            ("string", json!("7")),
            ("array", json!([])),
            ("object", json!({})),
        ];
        let names = samples.into_iter().filter(|(name, _)| wrong(name));
        names.map(|(_, sample)| sample).collect()
    }

    /// Values of the right type beyond the limits; `good` is one within them.
    pub(super) fn beyond(&self, good: Option<&Value>) -> Vec<Value> {
        let one = self.variants.len() == 1
            || self
                .variants
                .iter()
                .all(|variant| types(variant) == ["null"] || *variant == self.main());
        let of = |variant: &'a Value| {
            types(variant)
                .into_iter()
                .flat_map(move |name| beyond(name, variant, good))
        };
        if one {
            of(self.main()).collect()
        } else {
            self.variants.iter().copied().flat_map(of).collect()
        }
    }

    /// The first variant that is more than null.
    fn main(&self) -> &'a Value {
        let more = self.variants.iter().find(|variant| types(variant) != ["null"]);
        more.copied().unwrap_or(&Value::Null)
    }

    /// What it does not say, and should: how long, how great, how many.
    pub(super) fn unsaid(&self) -> Vec<&'static str> {
        self.variants
            .iter()
            .flat_map(|variant| {
                types(variant)
                    .into_iter()
                    .filter_map(|name| unsaid(name, variant))
            })
            .collect()
    }

    /// Whether its object has whatever names, as text by language has.
    fn is_by_name(&self) -> bool {
        self.variants
            .iter()
            .any(|variant| variant["additionalProperties"].is_object())
    }

    /// The variant that an object is.
    fn object(&self, object: &Map<String, Value>) -> Option<&'a Value> {
        let tagged = |variant: &&&Value| {
            let properties = variant["properties"].as_object().into_iter().flatten();
            properties
                .filter_map(|(name, schema)| Some((name, schema.get("enum")?.as_array()?)))
                .all(|(name, allowed)| object.get(name).is_none_or(|value| allowed.contains(value)))
        };
        let objects = self
            .variants
            .iter()
            .filter(|variant| types(variant).contains(&"object"));
        objects.into_iter().find(tagged).copied()
    }
}

/// What an answer must name when this place is at fault: text is checked in all languages at once.
pub(super) fn named<'p>(fields: &[Field<'_>], pointer: &'p str) -> &'p str {
    let (parent, _) = pointer.rsplit_once('/').expect("a pointer");
    let by_name = |field: &Field<'_>| field.pointer == parent && field.shape.is_by_name();
    if fields.iter().any(by_name) {
        parent
    } else {
        pointer
    }
}

/// Every place in a body of this shape; `body` shows which variants it has, and how many elements.
///
/// Fails when an object of the schema is missing from `body`: then its fields would not be tried.
pub(super) fn fields<'a>(document: &'a Document, schema: &'a Value, body: &Value) -> Vec<Field<'a>> {
    let mut all = Vec::new();
    walk(document, &Shape::of(document, schema), "", body, &mut all);
    all
}

fn walk<'a>(document: &'a Document, shape: &Shape<'a>, at: &str, value: &Value, all: &mut Vec<Field<'a>>) {
    match value {
        Value::Object(object) => {
            let variant = shape
                .object(object)
                .unwrap_or_else(|| panic!("no schema at {at} has objects"));
            let required = variant["required"]
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str)
                .collect::<BTreeSet<_>>();
            for (name, schema) in variant["properties"].as_object().into_iter().flatten() {
                let field = Field {
                    pointer: format!("{at}/{name}"),
                    shape: Shape::of(document, schema),
                    required: required.contains(name.as_str()),
                };
                visit(document, field, object.get(name), all);
            }
            if let Some(each) = variant
                .get("additionalProperties")
                .filter(|each| each.is_object())
            {
                for (name, value) in object {
                    let field = Field {
                        pointer: format!("{at}/{name}"),
                        shape: Shape::of(document, each),
                        required: false,
                    };
                    visit(document, field, Some(value), all);
                }
            }
        }
        Value::Array(elements) => {
            let variant = shape
                .variants
                .iter()
                .find(|variant| types(variant).contains(&"array"));
            let each = &variant.unwrap_or_else(|| panic!("no schema at {at} has arrays"))["items"];
            let first = elements
                .first()
                .unwrap_or_else(|| panic!("the example has nothing in {at}"));
            let field = Field {
                pointer: format!("{at}/0"),
                shape: Shape::of(document, each),
                required: false,
            };
            visit(document, field, Some(first), all);
        }
        _ => {}
    }
}

fn visit<'a>(document: &'a Document, field: Field<'a>, value: Option<&Value>, all: &mut Vec<Field<'a>>) {
    let types = field.shape.types();
    let nested = types.contains("object") || types.contains("array");
    assert!(!nested || value.is_some(), "the example has no {}", field.pointer);
    let (shape, pointer) = (field.shape.clone(), field.pointer.clone());
    all.push(field);
    walk(document, &shape, &pointer, value.unwrap_or(&Value::Null), all);
}

fn types(variant: &Value) -> Vec<&str> {
    match &variant["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn beyond(name: &str, variant: &Value, good: Option<&Value>) -> Vec<Value> {
    let number = |limit: &str| variant.get(limit).and_then(Value::as_f64);
    let size = |limit: &str| {
        variant
            .get(limit)
            .and_then(Value::as_u64)
            .and_then(|size| usize::try_from(size).ok())
    };
    let mut values = Vec::new();
    match name {
        "string" if variant.get("enum").is_some() => {
            let first = variant["enum"][0].as_str().unwrap_or_default();
            values.extend([
                json!("no-such-value"),
                json!(""),
                json!(first.to_uppercase()),
                json!(format!("{first} ")),
            ]);
        }
        "string" if variant["format"] == "uuid" => {
            values.extend([
                json!("not-a-uuid"),
                json!(""),
                json!("00000000-0000-0000-0000-00000000000g"),
            ]);
        }
        "string" => {
            values.extend(size("maxLength").map(|most| json!("a".repeat(most + 1))));
            let least = size("minLength").unwrap_or(0);
            values.extend((least > 0).then(|| json!("")));
            values.extend((least > 1).then(|| json!("a".repeat(least - 1))));
            values.extend(variant.get("pattern").map(|_| json!("\u{1}")));
        }
        "integer" => {
            let whole = |limit: f64| serde_json::from_str(&format!("{limit:.0}")).unwrap_or(json!(limit));
            values.extend(number("minimum").map(|least| whole(least - 1.0)));
            values.extend(number("maximum").map(|most| whole(most + 1.0)));
            values.extend([json!(u64::MAX), json!(i64::MIN)]);
        }
        "number" => {
            values.extend(number("minimum").map(|least| json!(least - 1.0)));
            values.extend(number("exclusiveMinimum").map(|least| json!(least)));
            values.extend(number("maximum").map(|most| json!(most + 1.0)));
            values.extend(number("exclusiveMaximum").map(|most| json!(most)));
            values.push(json!(1e300));
        }
        "array" => {
            let element = good.and_then(|good| good.get(0)).cloned();
            if let (Some(most), Some(element)) = (size("maxItems"), element) {
                values.push(Value::Array(vec![element; most + 1]));
            }
            values.extend(size("minItems").filter(|least| *least > 0).map(|_| json!([])));
        }
        _ => {}
    }
    values
}

fn unsaid(name: &str, variant: &Value) -> Option<&'static str> {
    let says = |limits: &[&str]| limits.iter().any(|limit| variant.get(*limit).is_some());
    match name {
        "string" if !says(&["maxLength", "enum", "const"]) && variant["format"] != "uuid" => {
            Some("maxLength")
        }
        "integer" | "number" if !says(&["maximum", "exclusiveMaximum"]) => Some("maximum"),
        "integer" | "number" if !says(&["minimum", "exclusiveMinimum"]) => Some("minimum"),
        "array" if !says(&["maxItems"]) => Some("maxItems"),
        _ => None,
    }
}
