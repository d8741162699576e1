use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode, header::RETRY_AFTER};
use serde::de::DeserializeOwned;
use shared_models::problem::ProblemDocument;

use crate::{ClientError, Service};

/// What a peer answered, read to its end.
#[derive(Debug, Clone)]
pub struct Answer {
    /// Who answered.
    pub service: Service,
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body, capped by `Policy::largest_answer`.
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; unknown fields are ignored.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, ClientError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| ClientError::malformed(self.service, error.to_string()))
    }

    /// When the peer wants to be asked again: whole seconds, as the fleet sends them.
    pub(crate) fn retry_after(&self) -> Option<Duration> {
        let seconds: u32 = self.headers.get(RETRY_AFTER)?.to_str().ok()?.parse().ok()?;
        Some(Duration::from_secs(seconds.into()))
    }

    /// The problem of a refusal, made from the status when the body holds none.
    pub(crate) fn problem(&self) -> ProblemDocument {
        serde_json::from_slice(&self.body).map_or_else(
            |_| self.problem_of_status(),
            |problem: ProblemDocument| ProblemDocument {
                status: self.status.as_u16(),
                ..problem
            },
        )
    }

    fn problem_of_status(&self) -> ProblemDocument {
        let title = self.status.canonical_reason().unwrap_or("Refused");
        ProblemDocument {
            kind: "about:blank".into(),
            title: title.into(),
            status: self.status.as_u16(),
            detail: format!("{} gave no reason", self.service),
            instance: String::new(),
            code: title.to_lowercase().replace(' ', "_"),
            errors: Vec::new(),
            trace_id: String::new(),
        }
    }
}
