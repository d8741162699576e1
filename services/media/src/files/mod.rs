//! Photos: one file an endpoint.

pub(crate) mod bytes;
pub(crate) mod delete;
pub(crate) mod duplicates;
pub(crate) mod info;
mod multipart;
pub(crate) mod optimize;
pub(crate) mod take_in;
pub(crate) mod upload;

use http::{HeaderMap, header};
use service_kit::Problem;

/// Photos are packed already: an upload is sent as it is (RFC 9110, 15.5.16).
pub(crate) fn not_encoded(headers: &HeaderMap) -> Result<(), Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_none_or(|encoding| encoding == "identity") {
        return Ok(());
    }
    Err(Problem::unsupported_media_type(
        "an upload is sent without Content-Encoding",
    ))
}
