use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode};

use super::{MAX_CHUNK, MAX_LENGTH};

/// What resumable uploads here can do.
#[utoipa::path(options, path = "/media/uploads", tag = "uploads", responses((status = 204)))]
pub(crate) async fn options() -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-max-size", HeaderValue::from(MAX_LENGTH));
    headers.insert("tus-max-chunk-size", HeaderValue::from(MAX_CHUNK));
    headers.insert(
        "tus-extension",
        HeaderValue::from_static("creation,checksum,expiration,termination"),
    );
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static("sha1,sha256"));
    response
}
