use serde_json::Value;

use super::{Target, fields::with};
use crate::refusals::{request::Request, schema};

/// Texts that break what is careless. They may be refused or taken as they are.
const TEXTS: [&str; 12] = [
    "\u{0}",
    "a\u{202e}b",
    "' OR 1=1; DROP TABLE documents; --",
    "<script>alert(1)</script>",
    "${jndi:ldap://127.0.0.1/a}",
    "{{7*7}}",
    "../../etc/passwd",
    "a\r\nSet-Cookie: a=b",
    "\u{feff}\u{fff9}",
    "e\u{301}e\u{301}",
    "क\u{94d}\u{200d}ष",
    "\u{1f3fa}\u{10ffff}",
];

/// Requests that may be refused or not, but never break anything: each text in each field that takes texts.
pub(in crate::refusals) fn hostile(target: &Target<'_>) -> Vec<(String, Request)> {
    let (Some(schema), Some(body)) = (target.operation.body(), &target.asked.body) else {
        return Vec::new();
    };
    let fields = schema::fields(target.operation.document(), schema, body);
    let texts = fields
        .iter()
        .filter(|field| field.shape.types().contains("string"));
    texts
        .flat_map(|field| {
            TEXTS.map(|text| {
                let request = target
                    .good
                    .with_json(&with(body, &field.pointer, Value::from(text)));
                (format!("{} = {text:?}", field.pointer), request)
            })
        })
        .collect()
}
