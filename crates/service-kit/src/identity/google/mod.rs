//! Tokens that Google signs: the ID tokens of people who sign in with Firebase, and of Google's own services.

mod keys;
mod services;

use std::sync::Arc;

use backends::Clock;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use self::keys::PublishedKeys;
pub(crate) use self::services::{GoogleSigner, GoogleVerifier};
use super::{TokenError, jose};

/// Clocks may differ by this many seconds.
const SKEW: u64 = 5;
/// Both of Google's names for itself, in the ID tokens of service accounts.
pub(crate) const ISSUERS: &[&str] = &["https://accounts.google.com", "accounts.google.com"];

/// Checks tokens that are signed with keys which Google publishes at one address: RS256 only, all claims (RFC 8725).
#[derive(Clone)]
pub struct GoogleTokens(Arc<Inner>);

struct Inner {
    keys: PublishedKeys,
    clock: Clock,
}

/// For whom a token must be, and by whom.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Any of these names the issuer.
    pub issuers: &'a [&'a str],
    /// The one audience.
    pub audience: &'a str,
}

/// The claims of every token (RFC 7519); all but `nbf` are always there.
#[derive(Deserialize)]
struct Registered {
    iss: String,
    aud: String,
    sub: String,
    iat: u64,
    exp: u64,
    #[serde(default)]
    nbf: u64,
}

impl GoogleTokens {
    /// Checks with the keys (a JWK set) at an address, which is asked for them when they are needed.
    ///
    /// An operator names the address, so that one of this machine's own is asked over plain http, too.
    pub fn new(keys: Url, clock: Clock) -> Self {
        Self(Arc::new(Inner {
            keys: PublishedKeys::at(keys, clock.clone()),
            clock,
        }))
    }

    /// The claims of a good token. `C` are those that matter beside the registered ones, which are checked here.
    pub async fn verify<C: DeserializeOwned>(
        &self,
        token: &str,
        expected: Expected<'_>,
    ) -> Result<C, TokenError> {
        let name = jose::google_key_name(token)?;
        let key = self.0.keys.named(&name).await?;
        let claims = signed_claims(token, &key)?;
        let registered = Registered::deserialize(&claims).map_err(|_| TokenError::Malformed)?;
        registered.check(expected, self.0.clock.unix())?;
        C::deserialize(claims).map_err(|_| TokenError::Malformed)
    }
}

impl Registered {
    fn check(&self, expected: Expected<'_>, now: u64) -> Result<(), TokenError> {
        let ours = expected.issuers.contains(&self.iss.as_str()) && self.aud == expected.audience;
        if !ours || self.sub.is_empty() {
            return Err(TokenError::WrongPurpose);
        }
        if self.exp <= now || self.iat.max(self.nbf) > now + SKEW {
            return Err(TokenError::Expired);
        }
        Ok(())
    }
}

/// What a token says, when this key signed it; its claims are not checked yet.
fn signed_claims(token: &str, key: &DecodingKey) -> Result<Value, TokenError> {
    use jsonwebtoken::errors::ErrorKind as E;
    let mut rules = Validation::new(Algorithm::RS256);
    rules.required_spec_claims.clear();
    rules.validate_exp = false;
    rules.validate_aud = false;
    let token = decode(token, key, &rules).map_err(|error| match error.kind() {
        E::InvalidSignature | E::InvalidKeyFormat => TokenError::BadSignature,
        _ => TokenError::Malformed,
    })?;
    Ok(token.claims)
}
