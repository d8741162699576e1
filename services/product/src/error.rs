use axum::response::{IntoResponse, Response};
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
    #[error(transparent)]
    Backend(#[from] backends::Error),
    #[error("refused")]
    Refused(Problem),
}

impl ProductError {
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
            ProductError::NotFound => Self::not_found(said),
            ProductError::Gone => Self::gone(said),
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
            ProductError::Backend(error) => error.into(),
            ProductError::Refused(problem) => problem,
        }
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
