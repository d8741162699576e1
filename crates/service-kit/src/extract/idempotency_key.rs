use axum::extract::FromRequestParts;
use http::{HeaderValue, request::Parts};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    Problem,
    idempotency::{Fingerprint, Intent},
};

/// `Idempotency-Key`: up to 255 visible ASCII characters, chosen by the client.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    key: Option<String>,
    /// Method and path: one key may be used once for each.
    operation: String,
}

impl IdempotencyKey {
    /// What `principal` means by this request; without a key it can be repeated freely.
    pub fn intent(
        &self,
        principal: impl std::fmt::Display,
        body: &impl Serialize,
    ) -> Result<Intent, Problem> {
        let body = serde_json::to_vec(body)?;
        Ok(self.keyed(principal, || hex::encode(Sha256::digest(body))))
    }

    /// The same for a body of several parts.
    pub fn intent_of(&self, principal: impl std::fmt::Display, parts: Fingerprint) -> Intent {
        self.keyed(principal, || parts.finish())
    }

    fn keyed(&self, principal: impl std::fmt::Display, fingerprint: impl FnOnce() -> String) -> Intent {
        let Some(key) = &self.key else {
            return Intent::unkeyed();
        };
        let record = Sha256::digest(format!("{principal}\n{}\n{key}", self.operation));
        Intent::keyed(hex::encode(record), fingerprint())
    }

    /// The key itself, when the client sent one.
    pub fn get(&self) -> Option<&str> {
        self.key.as_deref()
    }

    /// Refuses a request without a key: it spends something.
    pub fn required(self) -> Result<Self, Problem> {
        match self.key {
            Some(_) => Ok(self),
            None => Err(Problem::malformed("this needs an Idempotency-Key")
                .code("idempotency_key_required")
                .and_field("Idempotency-Key", "required", "must be sent with this request")),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut values = parts.headers.get_all("idempotency-key").iter();
        let key = match (values.next(), values.next()) {
            (None, _) => None,
            (Some(value), None) => Some(text_of(value).ok_or_else(malformed)?),
            _ => return Err(malformed()),
        };
        Ok(Self {
            key,
            operation: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

fn text_of(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?.trim();
    ((1..=255).contains(&text.len())).then(|| text.to_owned())
}

fn malformed() -> Problem {
    let detail = "must be 1 to 255 visible ASCII characters";
    Problem::malformed(format!("Idempotency-Key {detail}")).and_field("Idempotency-Key", "malformed", detail)
}
