use axum::{
    extract::FromRequestParts,
    response::{IntoResponseParts, ResponseParts},
};
use backends::documents::Position;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderValue, header, request::Parts};
use serde::Deserialize;

use super::Query;
use crate::Problem;

const DEFAULT_LIMIT: usize = 20;
const MAX_LIMIT: usize = 100;
const MAX_OFFSET: usize = 1000;
/// A cursor holds an id and one value; longer ones are not ours.
const MAX_CURSOR: usize = 2048;

/// Which part of a list: `limit` 1 to 100 (20), and `cursor` from a `Link`, or `offset` up to 1000.
#[derive(Debug, Clone, PartialEq)]
pub struct Page {
    pub limit: usize,
    pub after: Option<Position>,
    pub offset: usize,
    path: String,
    query: String,
}

#[derive(Deserialize)]
struct Raw {
    limit: Option<usize>,
    cursor: Option<String>,
    offset: Option<usize>,
}

impl<S: Send + Sync> FromRequestParts<S> for Page {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Query(raw) = Query::<Raw>::from_request_parts(parts, state).await?;
        let limit = raw.limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MAX_LIMIT).contains(&limit) {
            return Err(refused("limit", "must be 1 to 100"));
        }
        let offset = raw.offset.unwrap_or(0);
        if offset > MAX_OFFSET {
            return Err(refused("offset", "must be at most 1000; follow the Link instead"));
        }
        let after = match raw.cursor {
            None => None,
            Some(_) if offset > 0 => return Err(refused("offset", "goes without a cursor")),
            Some(cursor) => Some(decode(&cursor).ok_or_else(|| refused("cursor", "is not one of ours"))?),
        };
        Ok(Self {
            limit,
            after,
            offset,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or("").to_owned(),
        })
    }
}

impl Page {
    /// The query as it was sent, filters and all.
    pub fn query(&self) -> &str {
        &self.query
    }

    /// How many to ask a store for: one more than wanted tells whether there is a next page.
    pub fn probe(&self) -> usize {
        self.limit + 1
    }

    /// Cuts what was found to the page, and links to the next when there is more.
    pub fn cut<T>(&self, mut found: Vec<T>, position: impl Fn(&T) -> Position) -> (PageLink, Vec<T>) {
        if found.len() <= self.limit {
            return (PageLink(None), found);
        }
        found.truncate(self.limit);
        let last = found.last().map(position);
        (PageLink(last.map(|position| self.next(&position))), found)
    }

    /// Links to the page after `next`; for lists that know by themselves where they ended.
    pub fn link(&self, next: Option<&Position>) -> PageLink {
        PageLink(next.map(|position| self.next(position)))
    }

    /// Path-absolute, with the caller's own filters.
    fn next(&self, position: &Position) -> String {
        let kept = form_urlencoded::parse(self.query.as_bytes())
            .filter(|(name, _)| name != "cursor" && name != "offset");
        let query = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(kept)
            .append_pair("cursor", &encode(position))
            .finish();
        format!("<{}?{query}>; rel=\"next\"", self.path)
    }
}

/// `Link: <...>; rel="next"` (RFC 8288), when there is a next page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageLink(Option<String>);

impl PageLink {
    /// Of its text.
    pub fn bytes(&self) -> usize {
        self.0.as_ref().map_or(0, String::len)
    }
}

impl IntoResponseParts for PageLink {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, mut response: ResponseParts) -> Result<ResponseParts, Self::Error> {
        if let Some(link) = self.0.and_then(|link| HeaderValue::try_from(link).ok()) {
            response.headers_mut().insert(header::LINK, link);
        }
        Ok(response)
    }
}

/// A position as an opaque cursor.
pub fn encode(position: &Position) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

/// The position of a cursor; nothing when it is not one of ours.
pub fn decode(cursor: &str) -> Option<Position> {
    if cursor.len() > MAX_CURSOR {
        return None;
    }
    let position: Position = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(cursor).ok()?).ok()?;
    let scalar = position
        .value
        .as_ref()
        .is_none_or(|value| !value.is_array() && !value.is_object());
    scalar.then_some(position)
}

fn refused(name: &str, detail: &'static str) -> Problem {
    Problem::malformed(format!("{name} {detail}")).and_field(name, "out_of_range", detail)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back(id in ".{1,40}", minor in any::<i64>()) {
            let position = Position { value: Some(minor.into()), id };
            prop_assert_eq!(decode(&encode(&position)), Some(position));
        }

        #[test]
        fn no_text_breaks_the_cursor(text in ".{0,100}") {
            let _ = decode(&text);
        }
    }
}
