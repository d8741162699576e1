//! Where a request is for: one spelling of its path, the service behind it, and whether that needs a token.

mod prefixes;
mod public;
mod spelling;

use std::borrow::Cow;

use http::{Method, Uri, uri::PathAndQuery};
pub(crate) use prefixes::{Prefix, prefix_of};
use public::is_public;
pub(crate) use spelling::Ambiguous;
use spelling::spell;

use crate::error::Refusal;

/// The canonical prefix of the public API; services do not know it.
pub(crate) const VERSION: &str = "/v1";

/// The methods that services know.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];
/// The same for `Allow`.
pub(crate) const METHODS_IN_WORDS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";

/// Where a request goes.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) prefix: &'static Prefix,
    /// What the service sees: unversioned, in its one spelling.
    pub(crate) path_and_query: PathAndQuery,
    /// Whether it was asked for under `/v1`.
    pub(crate) versioned: bool,
    pub(crate) public: bool,
}

impl Target {
    /// Resolves a request's line. The authority of `uri`, if it has one, is the caller's to check.
    pub(crate) fn of(method: &Method, uri: &Uri) -> Result<Self, Refusal> {
        if !METHODS.contains(method) {
            return Err(Refusal::Method);
        }
        let spelled = spell(uri.path())?;
        let (path, versioned) = unversioned(&spelled);
        let prefix = prefix_of(path).ok_or(Refusal::NotRouted)?;
        Ok(Self {
            prefix,
            path_and_query: joined(path, uri, matches!(spelled, Cow::Borrowed(_)) && !versioned)?,
            versioned,
            public: is_public(method, path),
        })
    }
}

/// A path without the version, and whether it had one.
fn unversioned(path: &str) -> (&str, bool) {
    match path.strip_prefix(VERSION) {
        Some(rest) if rest.starts_with('/') => (rest, true),
        _ => (path, false),
    }
}

/// The path with the request's query; shared with the request when nothing changed.
fn joined(path: &str, uri: &Uri, unchanged: bool) -> Result<PathAndQuery, Refusal> {
    if let (true, Some(same)) = (unchanged, uri.path_and_query()) {
        return Ok(same.clone());
    }
    let query = uri.query();
    let mut text = String::with_capacity(path.len() + query.map_or(0, |query| query.len() + 1));
    text.push_str(path);
    if let Some(query) = query {
        text.push('?');
        text.push_str(query);
    }
    PathAndQuery::try_from(text).map_err(|_| Refusal::Malformed("the query cannot be understood"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(uri: &str) -> Option<(String, bool)> {
        let target = Target::of(&Method::GET, &uri.parse().unwrap()).ok()?;
        Some((target.path_and_query.to_string(), target.versioned))
    }

    #[test]
    fn services_see_unversioned_paths() {
        for (asked, seen) in [
            ("/v1/products?limit=2", "/products?limit=2"),
            ("/products?limit=2", "/products?limit=2"),
            (
                "/v1/%70roducts/%e0%a4%ae?q=%2e%2e",
                "/products/%E0%A4%AE?q=%2e%2e",
            ),
            ("/v1/products?", "/products?"),
        ] {
            let versioned = asked.starts_with("/v1");
            assert_eq!(sent(asked), Some((seen.to_owned(), versioned)), "{asked}");
        }
    }

    #[test]
    fn the_words_name_the_methods() {
        let names: Vec<&str> = METHODS.iter().map(Method::as_str).collect();
        assert_eq!(names.join(", "), METHODS_IN_WORDS);
    }

    #[test]
    fn a_version_counts_once_and_in_small_letters() {
        for unknown in [
            "/v1",
            "/v1/",
            "/v1/v1/products",
            "/V1/products",
            "/v2/products",
            "/v1products",
        ] {
            assert_eq!(sent(unknown), None, "{unknown}");
        }
    }
}
