//! Listings: one file an endpoint.

pub(crate) mod create;
pub(crate) mod delete;
pub(crate) mod edit;
mod form;
pub(crate) mod list;
mod memos;
pub(crate) mod read;

use axum::response::{IntoResponse, Response};
use http::{HeaderMap, HeaderName, HeaderValue, header};
pub(crate) use memos::Memos;

/// A cache may keep the answer, but asks each time whether it is still good, and keeps one for each of these
/// headers of the request.
fn kept_for(headers: &'static str, answer: impl IntoResponse) -> Response {
    let vary: [(HeaderName, HeaderValue); 2] = [
        (header::VARY, HeaderValue::from_static(headers)),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (HeaderMap::from_iter(vary), answer).into_response()
}
