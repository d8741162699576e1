//! Resumable uploads: tus 1.0 with creation, checksum, expiration and termination.

pub(crate) mod append;
pub(crate) mod create;
mod finish;
pub(crate) mod offset;
pub(crate) mod options;
mod persist;
pub(crate) mod terminate;
mod turns;

use axum::{extract::Request, middleware::Next, response::Response};
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use service_kit::Problem;
pub(crate) use turns::Turns;

/// The protocol's version.
const VERSION: &str = "1.0.0";
pub(crate) const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
pub(crate) const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
pub(crate) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
pub(crate) const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
pub(crate) const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
pub(crate) const UPLOAD_CHECKSUM: HeaderName = HeaderName::from_static("upload-checksum");

/// Bytes of one file: what decoding it leaves room for.
pub(crate) const MAX_LENGTH: u64 = 40 << 20;
/// Bytes of one PATCH.
pub(crate) const MAX_CHUNK: u64 = 8 << 20;

/// Every answer names the version; another one asked for is refused with 412 (tus 1.0, Tus-Resumable).
pub(crate) async fn speak_tus(request: Request, next: Next) -> Response {
    use axum::response::IntoResponse;
    let asked = request.headers().get(&TUS_RESUMABLE);
    let other = asked.is_none_or(|version| version != VERSION);
    let mut response = if other && is_spoken(request.method()) {
        Problem::new(
            StatusCode::PRECONDITION_FAILED,
            "tus_version",
            "this speaks tus 1.0.0; send Tus-Resumable: 1.0.0",
        )
        .into_response()
    } else {
        next.run(request).await
    };
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, HeaderValue::from_static(VERSION));
    headers.insert("tus-version", HeaderValue::from_static(VERSION));
    response
}

/// What the protocol has a word for, but for the question what of it is spoken.
fn is_spoken(method: &Method) -> bool {
    [Method::HEAD, Method::POST, Method::PATCH, Method::DELETE].contains(method)
}

/// A header with a number of bytes.
fn number(headers: &HeaderMap, name: &'static str) -> Result<u64, Problem> {
    let text = headers.get(name).and_then(|value| value.to_str().ok());
    let detail = "must be a whole number of bytes";
    text.and_then(|text| text.trim().parse().ok())
        .ok_or_else(|| Problem::malformed(format!("{name} {detail}")).and_field(name, "malformed", detail))
}

/// As HTTP writes a time (RFC 9110, 5.6.7).
fn http_date(time: DateTime<Utc>) -> String {
    time.format("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
