use std::path::Path;

use backends::keys::{Keys, embedded::KeyFiles};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use service_client::Service;
use tempfile::TempDir;

/// Signs anything with the fleet's own keys, and with keys that nobody trusts.
pub(in crate::refusals) struct Forger {
    ours: KeyFiles,
    foreign: KeyFiles,
    _folder: TempDir,
}

/// The key that nobody trusts.
const FOREIGN: &str = "foreign";

impl Forger {
    /// With the keys of a fleet's data folder.
    pub(in crate::refusals) fn of(data: &Path) -> Self {
        let folder = tempfile::tempdir().expect("a folder for foreign keys");
        Self {
            ours: KeyFiles::open(&data.join("keys")).expect("the fleet's keys"),
            foreign: KeyFiles::open(folder.path()).expect("foreign keys"),
            _folder: folder,
        }
    }

    /// A token that only its header and claims give away.
    pub(super) async fn signed(&self, key: &str, header: &Value, claims: &Value) -> String {
        self.signed_text(key, &header.to_string(), &claims.to_string())
            .await
    }

    /// The same of texts that are no good JSON.
    pub(super) async fn signed_text(&self, key: &str, header: &str, claims: &str) -> String {
        let message = message(header, claims);
        let signature = self
            .ours
            .sign(key, message.as_bytes())
            .await
            .expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// A token signed by a key that nobody trusts.
    pub(super) async fn forged(&self, header: &Value, claims: &Value) -> String {
        let message = message(&header.to_string(), &claims.to_string());
        let signature = self
            .foreign
            .sign(FOREIGN, message.as_bytes())
            .await
            .expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// The public half of the fleet's key.
    pub(super) async fn public_key(&self, key: &str) -> [u8; 32] {
        self.ours.public_key(key).await.expect("a public key")
    }

    /// The public half of the key that nobody trusts, as a JWK.
    pub(super) async fn foreign_jwk(&self) -> Value {
        let public = self.foreign.public_key(FOREIGN).await.expect("a public key");
        json!({ "kty": "OKP", "crv": "Ed25519", "x": URL_SAFE_NO_PAD.encode(public) })
    }

    /// A good token of one service for another.
    pub(in crate::refusals) async fn service_token(&self, caller: Service, callee: Service) -> String {
        let header = json!({ "alg": "EdDSA", "typ": "svc+jwt" });
        self.signed(&service_key(caller), &header, &service_claims(caller, callee))
            .await
    }
}

pub(super) fn message(header: &str, claims: &str) -> String {
    format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header),
        URL_SAFE_NO_PAD.encode(claims)
    )
}

pub(super) fn service_key(service: Service) -> String {
    format!("service-{}", service.name())
}

pub(super) fn service_claims(caller: Service, callee: Service) -> Value {
    let now = now();
    json!({
        "iss": caller.name(), "sub": caller.name(), "aud": callee.name(),
        "iat": now, "exp": now + 60, "jti": uuid::Uuid::from_u128(7).to_string(),
    })
}

pub(super) fn now() -> u64 {
    backends::Clock::system().unix()
}
