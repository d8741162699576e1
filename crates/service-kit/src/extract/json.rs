use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
};
use garde::Validate;
use http::{HeaderMap, header};
use serde::de::DeserializeOwned;

use super::objects::Objects;
use crate::Problem;

/// A JSON body that was understood (else 400), means something (else 422) and has the right type (else 415).
///
/// Requests are strict: their types deny unknown fields.
#[derive(Debug, Clone)]
pub struct ValidJson<T>(pub T);

impl<S, T> FromRequest<S> for ValidJson<T>
where
    S: Send + Sync,
    T: DeserializeOwned + Validate<Context = ()>,
{
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect_json(request.headers())?;
        let body = Bytes::from_request(request, state).await.map_err(|rejection| {
            let status = axum::response::IntoResponse::into_response(rejection).status();
            match status {
                http::StatusCode::PAYLOAD_TOO_LARGE => {
                    Problem::too_large("the body is larger than this path allows")
                }
                _ => Problem::malformed("the body did not arrive whole"),
            }
        })?;
        read(&body).map(Self)
    }
}

/// Reads and checks JSON as [`ValidJson`] does: for parts of a multipart body.
pub fn read<T: DeserializeOwned + Validate<Context = ()>>(body: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(body);
    let value: T =
        serde_path_to_error::deserialize(Objects(&mut json)).map_err(|error| refused(&error, body))?;
    json.end()
        .map_err(|_| Problem::malformed("the body goes on after its JSON"))?;
    value.validate().map_err(|report| report_of(&report))?;
    Ok(value)
}

fn expect_json(headers: &HeaderMap) -> Result<(), Problem> {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or("");
    let kind: Option<mime::Mime> = kind.parse().ok();
    let json = kind.is_some_and(|kind| {
        kind.type_() == mime::APPLICATION
            && (kind.subtype() == mime::JSON || kind.suffix() == Some(mime::JSON))
            && kind
                .get_param(mime::CHARSET)
                .is_none_or(|charset| charset == mime::UTF_8)
    });
    // A body is read as it comes: none is unpacked here (RFC 9110, 15.5.16).
    let plain = headers
        .get_all(header::CONTENT_ENCODING)
        .iter()
        .all(|coding| coding.as_bytes().eq_ignore_ascii_case(b"identity"));
    if json && plain {
        Ok(())
    } else {
        Err(Problem::unsupported_media_type(
            "the body must be application/json, without a content coding",
        ))
    }
}

fn refused(error: &serde_path_to_error::Error<serde_json::Error>, body: &[u8]) -> Problem {
    let cause = error.inner();
    // For null in the place of an enum serde_json speaks of syntax, too; text that is not UTF-8 is no JSON.
    let is_json = || serde_json::from_slice::<serde_json::Value>(body).is_ok();
    if cause.is_data() || is_json() {
        let said = without_place(&cause.to_string());
        let mut pointer = pointer(error.path());
        // serde names a missing or unknown field in the text only: `unknown field `x`, expected …`
        let named = said.split('`').nth(1).unwrap_or("");
        let code = match said.split('`').next().map(str::trim) {
            Some("unknown field") => "unknown_field",
            Some("missing field") => "required",
            _ => "invalid",
        };
        if code == "required" || (code == "unknown_field" && !pointer.ends_with(&format!("/{named}"))) {
            pointer = format!("{pointer}/{named}");
        }
        return Problem::field(pointer, code, said);
    }
    Problem::malformed(format!(
        "the body is not JSON: it breaks at line {}, column {}",
        cause.line(),
        cause.column()
    ))
}

/// Without serde's ` at line 1 column 2`: the pointer says where.
fn without_place(said: &str) -> String {
    said.rfind(" at line ").map_or(said, |at| &said[..at]).to_owned()
}

/// A JSON pointer (RFC 6901) of a path.
fn pointer(path: &serde_path_to_error::Path) -> String {
    use serde_path_to_error::Segment;
    let mut pointer = String::new();
    for segment in path {
        let part = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&part);
    }
    pointer
}

fn report_of(report: &garde::Report) -> Problem {
    let mut faults = report.iter().map(|(path, error)| {
        let path = path.to_string().replace('[', ".").replace(']', "");
        let pointer: String =
            path.split('.')
                .filter(|part| !part.is_empty())
                .fold(String::new(), |mut all, part| {
                    all.push('/');
                    all.push_str(part);
                    all
                });
        (pointer, error.message().to_string())
    });
    let Some((pointer, first)) = faults.next() else {
        return Problem::invalid("the body is refused");
    };
    faults.fold(
        Problem::field(pointer, "out_of_range", first),
        |problem, (pointer, detail)| problem.and_field(pointer, "out_of_range", detail),
    )
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Bowl {
        #[garde(length(min = 1, max = 3))]
        title: String,
        #[garde(dive)]
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Part {
        #[garde(range(max = 9))]
        grams: u32,
        #[garde(skip)]
        #[serde(default)]
        #[expect(dead_code, reason = "its type is what matters")]
        glaze: Option<Glaze>,
        #[garde(skip)]
        #[serde(default)]
        #[expect(dead_code, reason = "its type is what matters")]
        clay: Clay,
    }

    #[derive(Debug, Deserialize)]
    enum Glaze {
        Blue,
    }

    #[derive(Debug, Default, Deserialize)]
    enum Clay {
        #[default]
        Red,
    }

    fn fault(body: &str) -> (u16, String, String) {
        let problem = read::<Bowl>(body.as_bytes()).unwrap_err();
        let document = problem.document("/", "");
        let error = document.errors.first().cloned();
        let (pointer, code) = error.map(|error| (error.pointer, error.code)).unwrap_or_default();
        (document.status, pointer, code)
    }

    #[test]
    fn a_refusal_names_the_field() {
        let own = |status, pointer: &str, code: &str| (status, pointer.to_owned(), code.to_owned());
        assert_eq!(fault(r#"{"title":"a","x":1}"#), own(422, "/x", "unknown_field"));
        assert_eq!(fault("{}"), own(422, "/title", "required"));
        assert_eq!(fault(r#"{"title":1}"#), own(422, "/title", "invalid"));
        assert_eq!(fault(r#"{"title":"abcd"}"#), own(422, "/title", "out_of_range"));
        assert_eq!(
            fault(r#"{"title":"a","parts":[{"grams":1},{"grams":10}]}"#),
            own(422, "/parts/1/grams", "out_of_range")
        );
        assert_eq!(
            fault(r#"{"title":"a","parts":[{"grams":1,"y":1}]}"#),
            own(422, "/parts/0/y", "unknown_field")
        );
        assert_eq!(
            fault(r#"{"title":"a","parts":[{"grams":1,"clay":null}]}"#),
            own(422, "/parts/0/clay", "invalid")
        );
        assert_eq!(
            fault(r#"{"title":"a","parts":[{"grams":1,"glaze":"Green"}]}"#),
            own(422, "/parts/0/glaze", "invalid")
        );
        assert_eq!(fault(r#"{"title":"#), own(400, "", ""));
        assert_eq!(fault(r#"{"title":"a"} x"#), own(400, "", ""));
    }
}
