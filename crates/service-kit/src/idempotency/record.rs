use std::time::Duration;

use backends::documents::time;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::under_way;
use crate::{Answer, Problem};

/// How long an answer can be asked for again.
const KEPT: chrono::Duration = chrono::Duration::days(7);

/// What is remembered of a request with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) fingerprint: String,
    /// An [`Answer`] as JSON text: whatever it holds comes back as it was, arrays in arrays too. Nothing while
    /// the request is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    answer: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) claim: Option<Holding>,
    #[serde(with = "time")]
    pub(super) expires_at: DateTime<Utc>,
}

/// Who works on it, and until when nobody else may.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Holding {
    pub(super) holder: String,
    #[serde(with = "time")]
    pub(super) until: DateTime<Utc>,
    /// From 1; raised by each that takes over.
    pub(super) attempt: u32,
}

impl Record {
    /// `Invalid` when the answer holds a secret.
    pub(super) fn answered(fingerprint: &str, answer: &Answer, now: DateTime<Utc>) -> backends::Result<Self> {
        if let Some(name) = answer.secret() {
            let why = format!("an answer with {name} is not stored with an Idempotency-Key");
            return Err(backends::Error::Invalid(why));
        }
        let text =
            serde_json::to_string(answer).map_err(|error| backends::Error::Invalid(error.to_string()))?;
        Ok(Self {
            fingerprint: fingerprint.to_owned(),
            answer: Some(text),
            claim: None,
            expires_at: now + KEPT,
        })
    }

    pub(super) fn claimed(fingerprint: &str, claim: Holding, now: DateTime<Utc>) -> Self {
        Self {
            fingerprint: fingerprint.to_owned(),
            answer: None,
            claim: Some(claim),
            expires_at: now + KEPT,
        }
    }

    /// The answer; nothing when whoever worked on it has left, 409 while somebody does.
    pub(super) fn answer_at(self, now: DateTime<Utc>) -> Result<Option<Answer>, Problem> {
        match (&self.answer, self.left(now)) {
            (Some(text), _) => Ok(Some(serde_json::from_str(text)?)),
            (None, Some(left)) => Err(under_way(left)),
            (None, None) => Ok(None),
        }
    }

    /// How long its claim still lives.
    pub(super) fn left(&self, now: DateTime<Utc>) -> Option<Duration> {
        let left = (self.claim.as_ref()?.until - now).to_std().ok()?;
        (!left.is_zero()).then_some(left)
    }
}
