use backends::documents::time;
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// How long an ended job can be asked about.
const KEPT: chrono::Duration = chrono::Duration::days(7);
/// How long a dead one waits for somebody to look at it.
const MOURNED: chrono::Duration = chrono::Duration::days(90);

/// Where a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Waits until `due_at`; also while an instance works on it, whose claim lasts until then.
    Waiting,
    /// Its effect is committed.
    Done,
    /// It failed too often, or for good.
    Dead,
}

/// A job as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct JobRecord {
    pub kind: String,
    /// What it is about, for people and logs.
    pub key: String,
    pub state: State,
    /// When it may be claimed.
    #[serde(with = "time")]
    pub due_at: DateTime<Utc>,
    pub attempts: u32,
    pub payload: Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub traceparent: Option<String>,
    /// Whose claim it is, or was at its end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
    /// Why the last attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// When an ended one is forgotten.
    #[serde(default, skip_serializing_if = "Option::is_none", with = "time::option")]
    pub expires_at: Option<DateTime<Utc>>,
}

impl JobRecord {
    pub(super) fn waiting(
        kind: &str,
        key: &str,
        due_at: DateTime<Utc>,
        payload: Value,
        traceparent: Option<String>,
    ) -> Self {
        Self {
            kind: kind.to_owned(),
            key: key.to_owned(),
            state: State::Waiting,
            due_at,
            attempts: 0,
            payload,
            traceparent,
            holder: None,
            failure: None,
            expires_at: None,
        }
    }

    /// Claimed for one more attempt.
    pub(super) fn claimed(&self, holder: String, until: DateTime<Utc>) -> Self {
        Self {
            attempts: self.attempts + 1,
            due_at: until,
            holder: Some(holder),
            ..self.clone()
        }
    }

    /// Its effect is committed; the holder stays, to tell whose effect it was.
    pub(super) fn done(&self, now: DateTime<Utc>) -> Self {
        Self {
            state: State::Done,
            due_at: now,
            failure: None,
            expires_at: Some(now + KEPT),
            ..self.clone()
        }
    }

    /// To be tried again.
    pub(super) fn again(&self, due_at: DateTime<Utc>, failure: String) -> Self {
        Self {
            due_at: due_at.trunc_subsecs(6), // as it is stored, so that it is known again
            holder: None,
            failure: Some(failure),
            ..self.clone()
        }
    }

    /// Never to be tried again.
    pub(super) fn dead(&self, now: DateTime<Utc>, failure: String) -> Self {
        Self {
            state: State::Dead,
            due_at: now,
            holder: None,
            failure: Some(failure),
            expires_at: Some(now + MOURNED),
            ..self.clone()
        }
    }
}

/// A job in the hands of its handler.
#[derive(Debug, Clone)]
pub struct Job {
    /// An id to key effects with that lie outside the documents.
    pub id: String,
    pub key: String,
    /// From 1, and greater than that of every attempt before: also a fencing number.
    pub attempt: u32,
    pub payload: Value,
}

impl Job {
    /// The payload as it was written.
    pub fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, JobError> {
        T::deserialize(&self.payload).map_err(|error| JobError::Dead(error.to_string()))
    }
}

/// Why a job did not succeed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum JobError {
    /// It may succeed later.
    #[error("try again: {0}")]
    Retry(String),
    /// It never will.
    #[error("never: {0}")]
    Dead(String),
}

impl From<backends::Error> for JobError {
    fn from(error: backends::Error) -> Self {
        Self::Retry(error.to_string())
    }
}
