//! The keys port: secrets, and signatures with keys that need not leave their keeper.

pub mod cloud;
pub mod embedded;
mod name;

use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::Result;

/// Keys, as services hold them.
pub type KeyRing = Arc<dyn Keys>;

/// Secrets and signing keys by name.
#[async_trait]
pub trait Keys: Send + Sync + 'static {
    /// A secret of 32 random bytes (base64url); made at first use in the embedded profile.
    async fn secret(&self, name: &str) -> Result<SecretString>;

    /// The public half (32 bytes) of an Ed25519 key; the key is made at first use.
    async fn public_key(&self, name: &str) -> Result<[u8; 32]>;

    /// Signs with an Ed25519 key (64 bytes, RFC 8032).
    async fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64]>;

    /// A bearer token for a call to Google, whose audience is a scope (`https://www.googleapis.com/auth/…`), or to a
    /// service that checks Google's ID tokens, whose audience is its own; `None` when none is needed.
    async fn bearer(&self, audience: &str) -> Result<Option<SecretString>>;

    /// Whether keys can be used: for readiness.
    async fn ping(&self) -> Result<()>;
}
