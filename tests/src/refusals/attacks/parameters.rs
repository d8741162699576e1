use http::{HeaderName, header};
use serde_json::Value;
use shared_models::product::is_slug;

use super::{Attack, Refusal, Target};
use crate::refusals::{
    document::{Parameter, Place},
    schema::Shape,
};

/// A well-formed id of nothing.
const NOBODY: &str = "01890000-0000-7000-8000-000000000000";

/// Bad parameters of the path, the query and the headers.
pub(super) fn attacks(target: &Target<'_>) -> Vec<Attack> {
    let parameters = target.operation.parameters();
    let mut attacks: Vec<Attack> = parameters
        .iter()
        .flat_map(|parameter| match parameter.place {
            Place::Path => in_path(target, parameter),
            Place::Query => in_query(target, parameter),
            Place::Header => in_header(target, &parameter.name),
        })
        .collect();
    let named: Vec<&str> = parameters
        .iter()
        .filter(|p| p.place == Place::Path)
        .map(|p| p.name.as_str())
        .collect();
    assert_eq!(
        named,
        target.row.parameters(),
        "{}: parameters of the path",
        target.row.operation
    );
    attacks.extend(anywhere(target));
    attacks
}

fn in_path(target: &Target<'_>, parameter: &Parameter) -> Vec<Attack> {
    let place = target
        .row
        .parameters()
        .iter()
        .position(|name| *name == parameter.name)
        .expect("a parameter");
    let with = |value: &str| {
        let mut values = target.asked.path.clone();
        value.clone_into(&mut values[place]);
        let mut request = target.good.clone();
        request.path = target.row.path(&values, target.asked.query);
        request
    };
    let attack = |value: &str, refusal: Refusal| {
        let shown: String = value.chars().take(40).collect();
        Attack::new(
            format!("{} = {shown} in the path", parameter.name),
            with(value),
            refusal,
        )
    };
    // A name of something is not known, rather than malformed.
    let by_id = parameter.schema["format"] == "uuid" || parameter.schema.get("$ref").is_some();
    let names = || {
        if by_id {
            Refusal::Names(parameter.name.clone())
        } else {
            Refusal::OneOf(&[400, 404])
        }
    };
    let long = "a".repeat(4000);
    let malformed = [
        "7",
        "not-a-uuid",
        "null",
        "-1",
        "%F0%9F%8F%BA",
        "'%20OR%201=1--",
        &long,
    ];
    // Words of a kind that others may be added to: nothing is wrong with one that nobody uses.
    let by_word = parameter.schema.get("pattern").is_some();
    let wrong = malformed.iter().filter(|value| !(by_word && is_slug(value)));
    let mut attacks: Vec<Attack> = wrong.map(|value| attack(value, names())).collect();
    // The gateway looks at the whole path, and does not know its parts.
    let whole = target.row.at_the_gateway;
    let undecodable = ["%00", "%ff%fe"];
    attacks
        .extend(undecodable.map(|value| attack(value, if whole { Refusal::Status(400) } else { names() })));
    if target.row.of_nobody == 404 && !by_word {
        let name = format!("{} of nobody", parameter.name);
        attacks.push(Attack::new(name, with(NOBODY), Refusal::Status(404)));
    }
    // Another path, or none of ours; never a way round.
    let elsewhere = ["..", "%2e%2e", "..%2f..", "%2f", ".%00."];
    attacks.extend(elsewhere.map(|value| attack(value, Refusal::OneOf(&[400, 401, 403, 404, 405]))));
    attacks
}

fn in_query(target: &Target<'_>, parameter: &Parameter) -> Vec<Attack> {
    let name = &parameter.name;
    let with = |value: &str| {
        let mut request = target.good.clone();
        let kept = target
            .asked
            .query
            .split('&')
            .filter(|pair| !pair.is_empty() && pair.split('=').next() != Some(name));
        let query = kept
            .map(str::to_owned)
            .chain([format!("{name}={value}")])
            .collect::<Vec<_>>()
            .join("&");
        request.path = target.row.path(&target.asked.path, &query);
        request
    };
    let shape = Shape::of(target.operation.document(), &parameter.schema);
    let types = shape.types();
    let mut wrong: Vec<String> = shape.beyond(None).iter().map(text).collect();
    if types.contains("integer") || types.contains("number") {
        wrong.extend(["", "x", "1e999", "NaN", "0x10", "%2B", "7,5"].map(str::to_owned));
    }
    if types.contains("integer") {
        wrong.push("1.5".to_owned());
    }
    if name == "cursor" {
        wrong.extend(["x", "%00", "e30", "bnVsbA", "W10", "eyJpZCI6W119", "_-_-"].map(str::to_owned));
    }
    wrong
        .iter()
        .map(|value| {
            let shown: String = value.chars().take(40).collect();
            Attack::new(
                format!("{name}={shown} in the query"),
                with(value),
                Refusal::Names(name.clone()),
            )
        })
        .chain([
            Attack::new(
                format!("{name} not UTF-8 in the query"),
                with("%ff%fe"),
                Refusal::OneOf(&[400]),
            ),
            Attack::new(
                format!("{name} twice in the query"),
                with(&format!("1&{name}=2")),
                Refusal::OneOf(&[400]),
            ),
        ])
        .collect()
}

/// As it stands in a query.
fn text(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    text.bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || b"-._".contains(&byte) {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02x}")
            }
        })
        .collect()
}

fn in_header(target: &Target<'_>, name: &str) -> Vec<Attack> {
    let header = HeaderName::try_from(name).expect("a header");
    let attack = |value: &[u8]| {
        let shown: String = String::from_utf8_lossy(value).chars().take(40).collect();
        Attack::new(
            format!("{name}: {shown}"),
            target.good.with_header(&header, value),
            Refusal::Names(name.to_owned()),
        )
    };
    let long = vec![b'a'; 256];
    match name {
        "Idempotency-Key" => [&b"\xff\xfe"[..], b"", b"   ", &long, "चाबी".as_bytes()]
            .map(attack)
            .into(),
        "If-Match" => [&b"\xff\xfe"[..], b"unquoted", b"\"half", b"W/\"1.2\"x", b"1.2"]
            .map(attack)
            .into(),
        "Upload-Length" | "Upload-Offset" => [
            &b"\xff\xfe"[..],
            b"",
            b"x",
            b"-1",
            b"1.5",
            b"99999999999999999999",
        ]
        .map(attack)
        .into(),
        "Upload-Checksum" => [&b"\xff\xfe"[..], b"", b"sha1", b"md5 AAAA", b"sha1 %%%"]
            .map(attack)
            .into(),
        "Tus-Resumable" => {
            let old = target.good.with_header(&header, "0.2.2");
            vec![Attack::new("another version of tus", old, Refusal::Status(412))]
        }
        // What cannot be understood is as good as left out.
        "Accept-Language" | "If-None-Match" | "If-Range" | "Prefer" | "Range" | "Upload-Metadata"
        | "X-Service-Token" => Vec::new(),
        other => panic!("say here what a bad {other} is"),
    }
}

/// What every operation must survive.
fn anywhere(target: &Target<'_>) -> Vec<Attack> {
    let mut attacks = Vec::new();
    let mut method = target.good.clone();
    method.method = "TRACE".parse().expect("a method");
    attacks.push(Attack::new("another method", method, Refusal::OneOf(&[401, 405])));
    let mut request = target.good.clone();
    request.path = format!("{}%00", target.row.path(&target.asked.path, ""));
    attacks.push(Attack::new(
        "a path that ends in zero",
        request,
        Refusal::OneOf(&[400, 401, 404, 405]),
    ));
    let mut request = target.good.clone();
    request.headers.retain(|(name, _)| name != header::CONTENT_LENGTH);
    request.path = format!("{}/%ff", target.row.path(&target.asked.path, ""));
    // The longer path of an internal route may be one that another service calls.
    let refusals: &'static [u16] = if request.path.starts_with("/internal/") {
        &[400, 401, 403, 404, 405]
    } else {
        &[400, 401, 404, 405]
    };
    attacks.push(Attack::new(
        "a longer path that is not UTF-8",
        request,
        Refusal::OneOf(refusals),
    ));
    attacks
}
