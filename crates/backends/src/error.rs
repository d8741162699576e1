/// A precondition did not hold, so nothing of the commit was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// A write whose precondition failed, as `collection/id`. Advisory: read again before deciding.
    pub key: String,
}

/// Why a backend did not do it; the same few reasons for every port and every implementation.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Error {
    /// What was asked for is not there.
    #[error("not found")]
    NotFound,
    /// A precondition failed; nothing was applied.
    #[error("{} is not in the expected state", .0.key)]
    Conflict(Conflict),
    /// Others wrote the same at the same time; nothing was applied, and trying again may succeed.
    #[error("contention")]
    Contention,
    /// It may or may not have been applied: the reply was lost.
    #[error("unknown outcome: {0}")]
    UnknownOutcome(String),
    /// The request breaks a rule of the port: a query without a declared index, a document too large.
    #[error("invalid: {0}")]
    Invalid(String),
    /// The backend has no room; nothing was applied.
    #[error("storage is full: {0}")]
    Full(String),
    /// The backend cannot be reached or failed; nothing was applied.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect of the backend or of what is stored in it.
    #[error("{0}")]
    Other(String),
}

impl Error {
    /// A conflict on one document.
    pub fn conflict(collection: &str, id: &str) -> Self {
        Self::Conflict(Conflict {
            key: format!("{collection}/{id}"),
        })
    }

    /// Whether a precondition failed.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Conflict(_))
    }
}

/// What a port answers.
pub type Result<T> = std::result::Result<T, Error>;
