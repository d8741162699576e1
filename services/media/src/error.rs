use axum::response::{IntoResponse, Response};
use images::Refusal;
use service_client::ClientError;
use service_kit::{Problem, idempotency::CommitError};

/// Why a request to this service is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MediaError {
    #[error("no such file")]
    NotFound,
    #[error("the file was deleted")]
    Gone,
    #[error("the file belongs to another artisan")]
    NotYours,
    #[error("a listing shows the file; take it out of the listing first")]
    InUse,
    #[error("whether a listing shows the file cannot be learnt right now")]
    Listings(ClientError),
    #[error("the account was erased")]
    Erased,
    #[error("the link has ended or was changed; ask for the file again")]
    BadLink,
    #[error("no such upload")]
    NoUpload,
    #[error("the upload has expired; begin anew")]
    UploadExpired,
    #[error("the upload goes on elsewhere; ask for its offset")]
    Offset,
    #[error("the bytes do not add up to the checksum; send them again")]
    Checksum,
    #[error("the range lies outside the file")]
    Range { size: u64 },
    #[error("{field} {refusal}")]
    Refused { field: String, refusal: Refusal },
    #[error(transparent)]
    Backend(#[from] backends::Error),
    #[error("refused")]
    Problem(Problem),
}

impl From<CommitError> for MediaError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => Self::Backend(error),
            CommitError::Refused(problem) => Self::Problem(problem),
        }
    }
}

impl From<Problem> for MediaError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<serde_json::Error> for MediaError {
    fn from(error: serde_json::Error) -> Self {
        Self::Problem(error.into())
    }
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        let said = error.to_string();
        match error {
            MediaError::NotFound | MediaError::NoUpload => Self::not_found(said),
            MediaError::Gone => Self::gone(said),
            MediaError::NotYours => Self::forbidden(said).code("not_owner"),
            MediaError::InUse => Self::conflict(said).code("in_use"),
            MediaError::Listings(error) => Self::of_peer(&error, "listings_unavailable", said),
            MediaError::Erased => Self::forbidden(said).code("account_erased"),
            MediaError::BadLink => Self::forbidden(said).code("bad_link"),
            MediaError::UploadExpired => Self::gone(said).code("upload_expired"),
            MediaError::Offset => Self::conflict(said).code("offset_mismatch"),
            MediaError::Checksum => Self::new(checksum_mismatch(), "checksum_mismatch", said),
            MediaError::Range { .. } => Self::new(
                http::StatusCode::RANGE_NOT_SATISFIABLE,
                "range_not_satisfiable",
                said,
            ),
            MediaError::Refused { field, refusal } => refused(refusal, said).code(refusal.code()).and_field(
                field,
                refusal.code(),
                refusal.to_string(),
            ),
            MediaError::Backend(error) => error.into(),
            MediaError::Problem(problem) => problem,
        }
    }
}

/// 460, which tus uses (1.0, Checksum).
fn checksum_mismatch() -> http::StatusCode {
    http::StatusCode::from_u16(460).unwrap_or(http::StatusCode::BAD_REQUEST)
}

fn refused(refusal: Refusal, said: String) -> Problem {
    match refusal {
        Refusal::TooManyBytes { .. } | Refusal::TooManyPixels { .. } => Problem::too_large(said),
        Refusal::Heic | Refusal::Avif | Refusal::Unknown => Problem::unsupported_media_type(said),
        _ => Problem::invalid(said),
    }
}

impl IntoResponse for MediaError {
    fn into_response(self) -> Response {
        let range = match &self {
            Self::Range { size } => Some(format!("bytes */{size}")),
            _ => None,
        };
        let mut response = Problem::from(self).into_response();
        if let Some(value) = range.and_then(|range| http::HeaderValue::try_from(range).ok()) {
            response.headers_mut().insert(http::header::CONTENT_RANGE, value);
        }
        response
    }
}
