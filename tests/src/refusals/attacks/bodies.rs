use http::header;
use serde_json::Value;

use super::{Attack, Refusal, Target};

/// Larger than any body of JSON may be.
const OVERSIZED: usize = (1 << 20) + 1;
/// Deeper than anybody writes, and than a careless reader's stack.
const DEEP: usize = 100_000;

/// Bodies that are wrong as a whole.
pub(super) fn attacks(target: &Target<'_>) -> Vec<Attack> {
    let (Some(schema), Some(body)) = (target.operation.body(), &target.asked.body) else {
        assert!(
            target.operation.body().is_none(),
            "{}: the example has no body",
            target.row.operation
        );
        return match &target.asked.raw {
            Some(_) => content_types(target),
            None => Vec::new(),
        };
    };
    let good = body.to_string();
    let mut attacks = vec![];
    let mut malformed = |name: &str, body: Vec<u8>| {
        attacks.push(Attack::new(
            name,
            target.good.with_body(body),
            Refusal::Status(400),
        ));
    };
    malformed("an empty body", Vec::new());
    malformed("half a body", good.as_bytes()[..good.len() / 2].to_vec());
    malformed("a body that goes on", format!("{good} x").into_bytes());
    malformed("two bodies", format!("{good}{good}").into_bytes());
    malformed(
        "a body with a byte order mark",
        format!("\u{feff}{good}").into_bytes(),
    );
    malformed(
        "a body in UTF-16",
        good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
    );
    malformed("a body of zeros", vec![0; 64]);
    malformed("single quotes", good.replace('"', "'").into_bytes());
    malformed("a text that is not UTF-8", not_utf8(&good));
    let whole = |name: &str, body: &str| {
        Attack::new(
            name,
            target.good.with_body(body.to_owned()),
            Refusal::OneOf(&[400, 422]),
        )
    };
    attacks.extend(
        ["null", "[]", "true", "7", "\"text\"", "[{}]"].map(|body| whole(&format!("{body} as a body"), body)),
    );
    if schema["required"]
        .as_array()
        .is_some_and(|required| !required.is_empty())
    {
        attacks.push(Attack::new(
            "an empty object",
            target.good.with_body("{}"),
            Refusal::Status(422),
        ));
    }
    attacks.push(whole("brackets without end", &"[".repeat(DEEP)));
    attacks.push(whole("objects without end", &"{\"a\":".repeat(DEEP)));
    attacks.push(Attack::new(
        "a field twice",
        target.good.with_body(twice(body)),
        Refusal::OneOf(&[400, 422]),
    ));
    let oversized = format!("{good}{}", " ".repeat(OVERSIZED));
    attacks.push(Attack::new(
        "an oversized body",
        target.good.with_body(oversized),
        Refusal::Status(413),
    ));
    attacks.extend(content_types(target));
    attacks
}

fn content_types(target: &Target<'_>) -> Vec<Attack> {
    let accepted = target.operation.content_types();
    let wrong = [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "text/json",
        "application/json; charset=latin1",
        "application/xml",
        "not a type",
    ];
    let mut attacks: Vec<Attack> = wrong
        .iter()
        .filter(|kind| {
            !accepted.contains(&kind.split(';').next().unwrap_or(kind)) || kind.contains("charset")
        })
        .map(|kind| {
            let request = target.good.with_header(&header::CONTENT_TYPE, kind);
            Attack::new(format!("the type {kind}"), request, Refusal::Status(415))
        })
        .collect();
    let untyped = target.good.without_header(&header::CONTENT_TYPE);
    attacks.push(Attack::new(
        "a body without a type",
        untyped,
        Refusal::Status(415),
    ));
    let encoded = target.good.with_header(&header::CONTENT_ENCODING, "gzip");
    attacks.push(Attack::new(
        "an encoding that it has not",
        encoded,
        Refusal::OneOf(&[400, 415]),
    ));
    attacks
}

/// Its first text with a byte that no UTF-8 has.
fn not_utf8(good: &str) -> Vec<u8> {
    let mut bytes = good.as_bytes().to_vec();
    let colon = good.find("\":\"").map_or(1, |at| at + 3);
    bytes.insert(colon, 0xff);
    bytes
}

/// Its first field once more.
fn twice(body: &Value) -> String {
    let (name, value) = body
        .as_object()
        .and_then(|object| object.iter().next())
        .expect("an object");
    let field = format!("{}:{value}", Value::from(name.as_str()));
    format!("{{{field},{}", &body.to_string()[1..])
}
