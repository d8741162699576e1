use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::{Place, id::id};
use crate::{
    Error, Result,
    google::{credentials::Bearers, rest::Rest},
};

const GOOGLE: &str = "https://cloudkms.googleapis.com";
/// Every key has this version alone: another key is another name.
const VERSION: &str = "cryptoKeyVersions/1";
/// How long a new key may take until it can be used.
const MAKING: Duration = Duration::from_secs(10);
/// How soon it is looked at again.
const LOOK: Duration = Duration::from_millis(200);
/// What stands before the 32 bytes of an Ed25519 key in DER (RFC 8410).
const ED25519_DER: [u8; 12] = [
    0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
];

/// Ed25519 keys of one ring of Cloud KMS.
pub(super) struct Kms {
    rest: Rest,
    /// Of the ring's keys.
    url: String,
    known: Mutex<HashMap<String, [u8; 32]>>,
}

#[derive(Deserialize)]
struct Public {
    pem: String,
}

#[derive(Deserialize)]
struct Signed {
    /// base64.
    signature: String,
}

impl Kms {
    pub(super) fn of(place: &Place, bearers: Arc<Bearers>) -> Result<Self> {
        let endpoint = place.stand_in.as_deref().unwrap_or(GOOGLE);
        Ok(Self {
            rest: Rest::to("Cloud KMS", bearers)?,
            url: format!(
                "{endpoint}/v1/projects/{}/locations/{}/keyRings/{}/cryptoKeys",
                place.project, place.location, place.ring
            ),
            known: Mutex::default(),
        })
    }

    /// The public half of a key, which is made when it is not there.
    pub(super) async fn public_key(&self, name: &str) -> Result<[u8; 32]> {
        if let Some(key) = self.known().get(name) {
            return Ok(*key);
        }
        let key = match self.published(name).await {
            Err(Error::NotFound) => {
                self.make(name).await?;
                self.made(name).await?
            }
            Err(Error::Invalid(_)) => self.made(name).await?, // somebody is just making it
            published => published?,
        };
        self.known().insert(name.to_owned(), key);
        Ok(key)
    }

    /// Signs; a signature that was damaged on its way is refused.
    pub(super) async fn sign(&self, name: &str, message: &[u8]) -> Result<[u8; 64]> {
        let public = self.public_key(name).await?;
        let url = format!("{}/{}/{VERSION}:asymmetricSign", self.url, id(name));
        let body = json!({ "data": STANDARD.encode(message) });
        let signed: Signed = self.rest.ask(|http| http.post(&url).json(&body)).await?;
        let signature = STANDARD.decode(signed.signature).unwrap_or_default();
        UnparsedPublicKey::new(&ED25519, public)
            .verify(message, &signature)
            .map_err(|_| Error::Unavailable("Cloud KMS: that is no signature of this message".to_owned()))?;
        signature
            .try_into()
            .map_err(|_| Error::Unavailable("Cloud KMS: a signature of another length".to_owned()))
    }

    async fn make(&self, name: &str) -> Result<()> {
        let body = json!({
            "purpose": "ASYMMETRIC_SIGN",
            "versionTemplate": { "algorithm": "EC_SIGN_ED25519", "protectionLevel": "SOFTWARE" },
        });
        let id = id(name);
        let query = [("cryptoKeyId", id.as_str())];
        let made: Result<Value> = self
            .rest
            .ask(|http| http.post(&self.url).query(&query).json(&body))
            .await;
        match made {
            Err(Error::Contention) | Ok(_) => Ok(()), // it is there already, or now
            Err(Error::NotFound) => Err(Error::Other(format!(
                "Cloud KMS has no such key ring: {}",
                self.url
            ))),
            Err(error) => Err(error),
        }
    }

    /// Waits until a key that is being made can be used.
    async fn made(&self, name: &str) -> Result<[u8; 32]> {
        let deadline = Instant::now() + MAKING;
        loop {
            match self.published(name).await {
                // A precondition that fails until the key is made; and a key may be seen a little after it was made.
                Err(Error::Invalid(_) | Error::NotFound) if Instant::now() < deadline => sleep(LOOK).await,
                published => return published,
            }
        }
    }

    async fn published(&self, name: &str) -> Result<[u8; 32]> {
        let url = format!("{}/{}/{VERSION}/publicKey", self.url, id(name));
        let public: Public = self.rest.ask(|http| http.get(&url)).await?;
        ed25519(&public.pem)
            .ok_or_else(|| Error::Unavailable(format!("Cloud KMS: the key of {name} is no Ed25519 key")))
    }

    fn known(&self) -> std::sync::MutexGuard<'_, HashMap<String, [u8; 32]>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bytes of a public key in PEM (RFC 7468).
fn ed25519(pem: &str) -> Option<[u8; 32]> {
    let text: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = STANDARD.decode(text.trim()).ok()?;
    der.strip_prefix(&ED25519_DER)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_key_is_read_from_pem() {
        // RFC 8410, 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";
        assert_eq!(ed25519(pem).unwrap()[..4], [0x19, 0xbf, 0x44, 0x09]);
        for broken in ["", "-----BEGIN PUBLIC KEY-----", "MCow", &pem[..70]] {
            assert_eq!(ed25519(broken), None);
        }
    }
}
