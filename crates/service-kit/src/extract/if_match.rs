use axum::extract::FromRequestParts;
use http::{header, request::Parts};

use crate::Problem;

/// The state that an edit expects: the first part of an entity tag, from `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IfMatch(Option<Vec<String>>);

impl IfMatch {
    /// Refuses with 412 when the caller read another state than `edited`.
    pub fn check(&self, edited: impl std::fmt::Display) -> Result<(), Problem> {
        let edited = edited.to_string();
        match &self.0 {
            Some(read) if !read.contains(&edited) => Err(Problem::stale("it has changed since it was read")),
            _ => Ok(()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let Some(value) = parts.headers.get(header::IF_MATCH) else {
            return Ok(Self(None));
        };
        let refused = || {
            Problem::malformed("If-Match must be entity tags such as \"3.9f2c\"").and_field(
                "If-Match",
                "malformed",
                "must be quoted entity tags",
            )
        };
        let text = value.to_str().map_err(|_| refused())?.trim();
        if text == "*" {
            return Ok(Self(None));
        }
        let tags: Option<Vec<&str>> = text.split(',').map(opaque).collect();
        let strong = tags
            .ok_or_else(refused)?
            .into_iter()
            .filter(|tag| !tag.starts_with("W/"));
        let edited = strong.map(|tag| tag.split('.').next().unwrap_or(tag).to_owned());
        Ok(Self(Some(edited.collect())))
    }
}

/// What is between the quotes of a tag. A weak one stays marked, since it never matches (RFC 9110, 13.1.1).
fn opaque(tag: &str) -> Option<&str> {
    let tag = tag.trim();
    let quoted = tag
        .trim_start_matches("W/")
        .strip_prefix('"')?
        .strip_suffix('"')?;
    Some(if tag.starts_with("W/") { tag } else { quoted })
}
