use std::time::Duration;

use axum::response::{IntoResponse, Response};
use service_kit::{Problem, idempotency::CommitError, identity::TokenError};

use crate::domain::{Refused, code::Wait};

/// Why auth refused. What could tell a stranger whether an account exists has one face for both.
#[derive(Debug, Clone, thiserror::Error)]
pub(crate) enum AuthError {
    #[error("the e-mail address or the password is wrong")]
    WrongCredentials,
    #[error("the password is wrong")]
    WrongPassword,
    #[error("the code is wrong or no longer good")]
    WrongCode,
    #[error("the refresh token is no good")]
    WrongRefreshToken,
    #[error("the Firebase ID token is no good: {0}")]
    WrongIdToken(TokenError),
    #[error("somebody who signed in anonymously is nobody here; sign in with an address or a number")]
    Anonymous,
    #[error("signing in with Firebase is off here: CRAFTCHAIN_FIREBASE_PROJECT names no project")]
    NoFirebase,
    #[error("another account has this address and never proved it; set a new password for it with a code")]
    UnprovedContact,
    #[error("the session has ended; sign in again")]
    SessionEnded,
    #[error("the account is suspended")]
    Suspended,
    #[error("an account with this e-mail address exists")]
    EmailTaken,
    #[error("another account has this address or number")]
    ContactTaken,
    #[error("there is no such account")]
    NoSuchUser,
    #[error("there is no such session")]
    NoSuchSession,
    #[error("this was done before, and its session has gone on since; sign in")]
    DoneBefore,
    #[error("the account has no password; set one with a code")]
    NoPassword,
    #[error("this needs the account's password, or a code of the purpose change_contact as confirmation")]
    NeedsConfirmation,
    #[error("the account has neither an address nor a number")]
    NotReachable,
    #[error("nobody follows or suspends herself")]
    Oneself,
    /// Of the field at this pointer, for this reason.
    #[error("{1}")]
    WeakPassword(&'static str, String),
    #[error("too many attempts; wait a little")]
    TooMany(Duration),
    #[error("too many sign-ins at once; try again")]
    Busy,
    #[error("{} {}", .0.pointer, .0.detail)]
    Refused(Refused),
    #[error(transparent)]
    Store(#[from] backends::Error),
    #[error("refused")]
    Problem(Problem),
}

impl AuthError {
    /// Whether the store or the keys gave no answer.
    pub(crate) fn is_for_want_of_an_answer(&self) -> bool {
        use backends::Error as E;
        matches!(self, Self::Store(E::Unavailable(_) | E::UnknownOutcome(_)))
    }

    /// Whether others wrote the same documents at the same time: read again, and it may work.
    pub(crate) fn is_contended(&self) -> bool {
        matches!(
            self,
            Self::Store(backends::Error::Conflict(_) | backends::Error::Contention)
        )
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        use AuthError as E;
        let said = error.to_string();
        match error {
            E::WrongCredentials => Self::unauthenticated(said).code("invalid_credentials"),
            E::WrongPassword => Self::forbidden(said).code("wrong_password"),
            E::WrongCode => Self::unauthenticated(said).code("invalid_code"),
            E::WrongRefreshToken => Self::unauthenticated(said).code("invalid_refresh_token"),
            E::WrongIdToken(error @ TokenError::NoKeys) => error.into(),
            E::WrongIdToken(_) => Self::unauthenticated(said).code("invalid_id_token"),
            E::Anonymous => Self::forbidden(said).code("anonymous"),
            E::NoFirebase => Self::not_found(said).code("firebase_off"),
            E::UnprovedContact => Self::conflict(said).code("contact_unproved"),
            E::SessionEnded => Self::unauthenticated(said).code("session_ended"),
            E::Suspended => Self::forbidden(said).code("account_suspended"),
            E::EmailTaken => Self::conflict(said)
                .code("email_taken")
                .and_field("/email", "taken", "is taken"),
            E::ContactTaken => Self::conflict(said).code("contact_taken"),
            E::NoSuchUser | E::NoSuchSession => Self::not_found(said),
            E::DoneBefore => Self::conflict(said).code("already_done"),
            E::NoPassword => Self::conflict(said).code("no_password"),
            E::NeedsConfirmation => Self::forbidden(said).code("confirmation_required"),
            E::NotReachable => Self::conflict(said).code("not_reachable"),
            E::Oneself => Self::conflict(said).code("oneself"),
            E::WeakPassword(pointer, why) => {
                Self::invalid(said)
                    .code("weak_password")
                    .and_field(pointer, "weak_password", why)
            }
            E::TooMany(wait) => Self::too_many_requests(said).retry_after(wait),
            E::Busy => Self::unavailable(said)
                .code("overloaded")
                .retry_after(Duration::from_secs(1)),
            E::Refused(refused) => {
                Self::invalid(said).and_field(refused.pointer, refused.code, refused.detail)
            }
            E::Store(error) => error.into(),
            E::Problem(problem) => problem,
        }
    }
}

impl IntoResponse for AuthError {
    fn into_response(self) -> Response {
        Problem::from(self).into_response()
    }
}

impl From<Problem> for AuthError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl From<CommitError> for AuthError {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => Self::Store(error),
            CommitError::Refused(problem) => Self::Problem(problem),
        }
    }
}

impl From<Refused> for AuthError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<Wait> for AuthError {
    fn from(wait: Wait) -> Self {
        Self::TooMany(wait.0.to_std().unwrap_or_default())
    }
}

impl From<serde_json::Error> for AuthError {
    fn from(error: serde_json::Error) -> Self {
        Self::Problem(Problem::internal(error))
    }
}
