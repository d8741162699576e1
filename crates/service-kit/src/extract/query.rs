use axum::extract::FromRequestParts;
use http::request::Parts;
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::Problem;

/// Parameters of the query; unknown ones are ignored, a malformed one is 400 and named.
#[derive(Debug, Clone)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or("");
        if let Some(name) = not_text(query) {
            let detail = "is not UTF-8";
            return Err(
                Problem::malformed(format!("the query's {name} {detail}")).and_field(
                    name,
                    "malformed",
                    detail,
                ),
            );
        }
        let pairs = form_urlencoded::parse(query.as_bytes());
        let parsed = serde_path_to_error::deserialize(serde_urlencoded::Deserializer::new(pairs));
        parsed.map(Self).map_err(|error| {
            let detail = error.inner().to_string();
            let name = match error.path().to_string() {
                // serde names a missing or repeated one in the text only: `missing field `x``
                path if path == "." => detail.split('`').nth(1).unwrap_or("query").to_owned(),
                path => path,
            };
            Problem::malformed(format!("the query's {name} is refused: {detail}")).and_field(
                name,
                "malformed",
                detail,
            )
        })
    }
}

/// The name of a parameter that is not UTF-8: the parser would put in other characters.
fn not_text(query: &str) -> Option<String> {
    let broken = |pair: &&str| percent_decode_str(pair).decode_utf8().is_err();
    let pair = query.split('&').find(broken)?;
    let name = pair.split('=').next().unwrap_or(pair);
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}
