use axum::extract::FromRequestParts;
use http::request::Parts;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{Problem, idempotency::Intent};

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
        let Some(key) = &self.key else {
            return Ok(Intent::unkeyed());
        };
        let record = Sha256::digest(format!("{principal}\n{}\n{key}", self.operation));
        let fingerprint = Sha256::digest(serde_json::to_vec(body)?);
        Ok(Intent::keyed(hex::encode(record), hex::encode(fingerprint)))
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
        let key = match parts.headers.get("idempotency-key") {
            None => None,
            Some(value) => {
                let text = value.to_str().unwrap_or("").trim();
                if text.is_empty() || text.len() > 255 {
                    let detail = "must be 1 to 255 visible ASCII characters";
                    return Err(Problem::malformed(format!("Idempotency-Key {detail}")).and_field(
                        "Idempotency-Key",
                        "malformed",
                        detail,
                    ));
                }
                Some(text.to_owned())
            }
        };
        Ok(Self {
            key,
            operation: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}
