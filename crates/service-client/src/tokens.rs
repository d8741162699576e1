use async_trait::async_trait;
use config::SecretString;

use crate::Service;

/// What proves to one callee which service calls.
#[derive(Debug, Clone)]
pub struct ServiceToken {
    /// Sent in `X-Service-Token`.
    pub token: SecretString,
    /// Sent as the bearer of `X-Serverless-Authorization`; only Cloud Run wants it.
    pub serverless: Option<SecretString>,
}

/// No token could be made.
#[derive(Debug, Clone, thiserror::Error)]
#[error("no service token: {0}")]
pub struct TokenError(pub String);

/// Where the tokens of this service come from. Asked once an attempt, so it should remember what still lives.
#[async_trait]
pub trait ServiceTokens: Send + Sync {
    /// A token that `callee` accepts and nobody else.
    async fn token_for(&self, callee: Service) -> Result<ServiceToken, TokenError>;
}
