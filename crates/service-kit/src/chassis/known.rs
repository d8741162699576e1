//! 304 when the caller has already what a GET would answer (RFC 9110, 13.1.2).

use axum::{body::Body, response::Response};
use http::{HeaderValue, Method, StatusCode, header};

/// The answer, or only its head when the caller's `If-None-Match` names its `ETag`.
pub(super) fn not_modified(response: Response, method: &Method, known: Option<&HeaderValue>) -> Response {
    let read = method == Method::GET || method == Method::HEAD;
    let (Some(known), Some(tag)) = (known, response.headers().get(header::ETAG)) else {
        return response;
    };
    if !read || response.status() != StatusCode::OK || !names(known, tag) {
        return response;
    }
    let (mut parts, _) = response.into_parts();
    parts.status = StatusCode::NOT_MODIFIED;
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.remove(header::CONTENT_TYPE);
    Response::from_parts(parts, Body::empty())
}

/// Weak comparison (RFC 9110, 8.8.3.2).
fn names(known: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(known), Ok(tag)) = (known.to_str(), tag.to_str()) else {
        return false;
    };
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    known.trim() == "*" || known.split(',').any(|one| strong(one) == strong(tag))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_known_tag_is_found_weak_or_strong_and_in_a_list() {
        let names = |known: &'static str| {
            names(
                &HeaderValue::from_static(known),
                &HeaderValue::from_static("\"3.9f\""),
            )
        };
        assert!(names("*"));
        assert!(names("\"1.0\", W/\"3.9f\""));
        assert!(!names("\"3\""));
        assert!(!names(""));
    }
}
