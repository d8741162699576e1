use crate::Problem;

/// Why nothing was committed: a service decides what a conflict means to its caller.
#[derive(Debug, Clone)]
pub enum CommitError {
    /// The store refused.
    Store(backends::Error),
    /// The request was refused: the key came with another body, or its first request is still under way.
    Refused(Problem),
}

impl CommitError {
    /// Whether a precondition failed.
    pub fn is_conflict(&self) -> bool {
        matches!(self, Self::Store(error) if error.is_conflict())
    }
}

impl From<backends::Error> for CommitError {
    fn from(error: backends::Error) -> Self {
        Self::Store(error)
    }
}

impl From<Problem> for CommitError {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<CommitError> for Problem {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Store(error) => error.into(),
            CommitError::Refused(problem) => problem,
        }
    }
}
