use std::{error::Error, time::Duration};

use shared_models::problem::ProblemDocument;

use crate::{Service, TokenError};

/// Why a call brought no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The peer understood and refused (4xx); asking again changes nothing.
    #[error("{service} refused with {} {}: {}", .problem.status, .problem.code, .problem.detail)]
    Refused {
        /// Who refused.
        service: Service,
        /// Its reasons. Made from the status when the peer sent none.
        problem: Box<ProblemDocument>,
    },
    /// The peer cannot answer now, also after the retries that the budget allowed.
    #[error("{service} is unavailable: {cause}")]
    Unavailable {
        /// Who is unavailable.
        service: Service,
        /// When to ask again, if that is known.
        retry_after: Option<Duration>,
        /// For the log.
        cause: Cause,
    },
    /// The caller's time is over. Whether the call had its effect is unknown.
    #[error("{service} did not answer in time")]
    DeadlineExceeded {
        /// Who was asked.
        service: Service,
    },
    /// What was sent or answered does not fit the contract.
    #[error("the exchange with {service} is malformed: {reason}")]
    Malformed {
        /// Who was asked.
        service: Service,
        /// For the log.
        reason: String,
    },
}

/// Why a peer is unavailable.
#[derive(Debug, Clone, thiserror::Error)]
pub enum Cause {
    /// It failed often enough that it is left alone for a while.
    #[error("its breaker is open")]
    BreakerOpen,
    /// No connection, or one that broke.
    #[error("{0}")]
    Transport(String),
    /// A 5xx.
    #[error("it answered {0}")]
    Answered(u16),
    /// This service could not say who it is.
    #[error(transparent)]
    Token(#[from] TokenError),
}

impl ClientError {
    /// The status of a refusal.
    pub fn refused_with(&self) -> Option<u16> {
        match self {
            Self::Refused { problem, .. } => Some(problem.status),
            _ => None,
        }
    }

    pub(crate) fn malformed(service: Service, reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self::Malformed { service, reason }
    }
}

/// No HTTP client could be made, for example because the machine has no root certificates.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no HTTP client: {0}")]
pub struct BuildError(pub(crate) String);

/// An error of reqwest with its causes, without the URL, whose query may hold personal data.
pub(crate) fn explain(error: reqwest::Error) -> String {
    let error = error.without_url();
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
