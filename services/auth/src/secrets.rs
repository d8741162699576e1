//! What only this service can compute: keyed hashes for look-ups, codes and refresh tokens.

use std::sync::Arc;

use backends::keys::KeyRing;
use config::{ExposeSecret, SecretString};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::Sha256;
use shared_models::ids::UserId;

use crate::domain::{
    code::{Challenge, Purpose},
    contact::Contact,
    firebase::FirebaseId,
    session::Session,
};

/// The secret's name in the keys port.
const NAME: &str = "auth-hashes";
/// Codes have six digits.
const CODES: u64 = 1_000_000;

/// One secret of the keys port; what is stored without it tells nothing.
#[derive(Clone)]
pub(crate) struct Secrets(Arc<SecretString>);

impl Secrets {
    /// Loads the secret; the embedded profile makes it at first use.
    pub(crate) async fn load(keys: &KeyRing) -> backends::Result<Self> {
        Ok(Self(Arc::new(keys.secret(NAME).await?)))
    }

    /// The document id of what is found by a contact.
    pub(crate) fn contact_id(&self, contact: &Contact) -> String {
        hex::encode(self.mac(
            "contact",
            &[contact.kind().as_bytes(), contact.as_str().as_bytes()],
        ))
    }

    /// The document id of what is found by who somebody is at Firebase.
    pub(crate) fn firebase_id(&self, id: &FirebaseId) -> String {
        hex::encode(self.mac("firebase", &[id.project.as_bytes(), id.uid.as_bytes()]))
    }

    /// The document id of a counter.
    pub(crate) fn counter_id(&self, what: &str, of: &str) -> String {
        hex::encode(self.mac("counter", &[what.as_bytes(), of.as_bytes()]))
    }

    /// A request's fingerprint, from which not even a code of six digits can be guessed.
    pub(crate) fn fingerprint(&self, body: &impl Serialize) -> Result<String, serde_json::Error> {
        Ok(hex::encode(
            self.mac("fingerprint", &[&serde_json::to_vec(body)?]),
        ))
    }

    /// What a refresh is known by when it is repeated.
    pub(crate) fn repeat_id(&self, session: &Session, idempotency_key: &str) -> String {
        hex::encode(self.mac("repeat", &[session.id.0.as_bytes(), idempotency_key.as_bytes()]))
    }

    /// The six digits of a challenge, in the way of HOTP (RFC 4226): good for one contact, purpose and user.
    pub(crate) fn code(
        &self,
        contact: &Contact,
        purpose: Purpose,
        user: Option<UserId>,
        challenge: &Challenge,
    ) -> String {
        let user = user.map(|user| user.to_string()).unwrap_or_default();
        let mac = self.mac(
            "code",
            &[
                challenge.id.as_bytes(),
                purpose.name().as_bytes(),
                contact.kind().as_bytes(),
                contact.as_str().as_bytes(),
                user.as_bytes(),
            ],
        );
        let number = mac[..8]
            .iter()
            .fold(0u64, |sum, byte| (sum << 8) | u64::from(*byte));
        format!("{:06}", number % CODES) // the bias of the modulus is below 2^-44
    }

    /// The part of a session's refresh token that cannot be guessed.
    pub(crate) fn seal(&self, session: &Session, generation: u32) -> [u8; 32] {
        let generation = generation.to_be_bytes();
        self.mac(
            "refresh",
            &[session.id.0.as_bytes(), session.salt.as_bytes(), &generation],
        )
    }

    /// HMAC-SHA-256; every part goes in with its length, so that no two lists of parts are the same bytes.
    #[expect(clippy::expect_used, reason = "HMAC takes a key of any length")]
    fn mac(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 32] {
        let key = self.0.expose_secret().as_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        mac.finalize().into_bytes().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::phone::Phone;

    fn secrets(text: &str) -> Secrets {
        Secrets(Arc::new(text.to_owned().into()))
    }

    fn challenge(id: &str) -> Challenge {
        Challenge {
            id: id.into(),
            expires_at: chrono::DateTime::default(),
            tries: 0,
        }
    }

    #[test]
    fn a_code_is_six_digits_and_belongs_to_its_challenge_purpose_contact_and_user() {
        let phone = |text| Contact::Phone(Phone::parse("", text).unwrap());
        let (sita, gita) = (phone("+919876543210"), phone("+919876543211"));
        let user = Some(UserId(uuid::Uuid::from_u128(7)));
        let ours = secrets("a");
        let codes = [
            ours.code(&sita, Purpose::SignIn, None, &challenge("1")),
            ours.code(&gita, Purpose::SignIn, None, &challenge("1")),
            ours.code(&sita, Purpose::ResetPassword, None, &challenge("1")),
            ours.code(&sita, Purpose::SignIn, None, &challenge("2")),
            ours.code(&sita, Purpose::SignIn, user, &challenge("1")),
            secrets("b").code(&sita, Purpose::SignIn, None, &challenge("1")),
        ];
        let distinct: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(distinct.len(), codes.len());
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()))
        );
    }

    #[test]
    fn parts_do_not_run_together() {
        let secrets = secrets("a");
        assert_ne!(secrets.mac("x", &[b"ab", b"c"]), secrets.mac("x", &[b"a", b"bc"]));
    }
}
