use axum::{
    extract::multipart::MultipartError,
    response::{IntoResponse, Response},
};
use http::StatusCode;
use service_client::ClientError;
use service_kit::{Problem, idempotency::CommitError};

use crate::domain::Fault;

/// Why a request to this service is refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ProductError {
    #[error("no such listing")]
    NotFound,
    #[error("the listing was deleted")]
    Gone,
    #[error("the listing belongs to another artisan")]
    NotYours,
    #[error("a listing with this id exists")]
    Exists,
    #[error("the account is suspended, so it cannot list anything")]
    AccountSuspended,
    #[error(transparent)]
    Suspended(#[from] crate::domain::Suspended),
    #[error(transparent)]
    TooFew(#[from] crate::domain::TooFew),
    #[error(transparent)]
    Fault(#[from] Fault),
    #[error("no listing shows the photo")]
    NotShown,
    #[error("a listing shows the photo")]
    Shown,
    #[error("photos cannot be reached right now; nothing was changed")]
    Media(ClientError),
    #[error("the form cannot be read: {}", .0.body_text())]
    Form(MultipartError),
    #[error(transparent)]
    Backend(#[from] backends::Error),
    #[error("refused")]
    Refused(Problem),
}

impl ProductError {
    /// What media says of a photo that was sent: a refusal is passed on under the name that the caller gave it.
    pub(crate) fn of_image(called: &str, error: ClientError) -> Self {
        let ClientError::Refused { problem, .. } = error else {
            return Self::Media(error);
        };
        let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
        let said = problem.errors.into_iter().next().map(|error| error.detail);
        let Some(detail) = said else {
            return Self::Refused(Problem::new(status, problem.code, problem.detail));
        };
        let refused = Problem::new(status, problem.code.clone(), format!("{called} {detail}"));
        Self::Refused(refused.and_field(called, &problem.code, detail))
    }

    /// Whether a listing is not there, or not for everybody.
    pub(crate) fn is_not_for_all(&self) -> bool {
        matches!(self, Self::NotFound | Self::Gone)
    }

    /// Whether somebody else wrote the same documents at the same time, so that deciding anew may succeed.
    pub(crate) fn is_contention(&self) -> bool {
        use backends::Error::{Conflict, Contention};
        matches!(self, Self::Backend(Conflict(_) | Contention))
    }
}

impl From<CommitError> for ProductError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => Self::Backend(error),
            CommitError::Refused(problem) => Self::Refused(problem),
        }
    }
}

impl From<Problem> for ProductError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<serde_json::Error> for ProductError {
    fn from(error: serde_json::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<ProductError> for Problem {
    fn from(error: ProductError) -> Self {
        let said = error.to_string();
        match error {
            ProductError::NotFound | ProductError::NotShown => Self::not_found(said),
            ProductError::Gone => Self::gone(said),
            ProductError::Shown => Self::conflict(said).code("in_use"),
            ProductError::NotYours => Self::forbidden(said).code("not_owner"),
            ProductError::AccountSuspended => Self::forbidden(said).code("account_suspended"),
            ProductError::Exists => {
                Self::conflict(said)
                    .code("exists")
                    .and_field("/id", "exists", said_of_id())
            }
            ProductError::Suspended(_) => {
                Self::conflict(said.clone())
                    .code("suspended")
                    .and_field("/status", "suspended", said)
            }
            ProductError::TooFew(_) => {
                Self::conflict(said.clone())
                    .code("reserved")
                    .and_field("/quantity", "reserved", said)
            }
            ProductError::Fault(fault) => Self::field(fault.pointer, fault.code, fault.detail),
            ProductError::Media(error) => Self::of_peer(&error, "media_unavailable", said),
            ProductError::Form(error) => of_form(&error, said),
            ProductError::Backend(error) => error.into(),
            ProductError::Refused(problem) => problem,
        }
    }
}

fn of_form(error: &MultipartError, said: String) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            Problem::too_large("a request takes at most 30 MiB; send larger photos to /media/uploads")
        }
        StatusCode::INTERNAL_SERVER_ERROR => Problem::internal(error.body_text()),
        _ => Problem::malformed(said),
    }
}

fn said_of_id() -> &'static str {
    "is taken; choose another"
}

impl IntoResponse for ProductError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}
