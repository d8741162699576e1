use std::sync::Arc;

use backends::{Clock, documents::Store};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use quick_cache::sync::Cache;
use service_client::Peers;
use sha2::{Digest, Sha256};
use shared_models::identity::{AUDIENCE, AccessClaims, ISSUER, Jwk, Jwks};

use super::{Caller, jose, keys::Keys};
use crate::Tasks;

/// The type of an access token (RFC 9068).
const ACCESS_TOKEN: &str = "at+jwt";
/// Clocks may differ by this much, in seconds.
const SKEW: u64 = 5;
/// Verified tokens remembered; each saves a signature check.
const REMEMBERED: usize = 65_536;
/// Refused tokens remembered, apart from the good ones, so that they push none of those out.
const REFUSED: usize = 4096;

/// Why a token is not good. Callers learn no more than that.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    #[error("the token is malformed")]
    Malformed,
    #[error("the token is not signed by a known key")]
    BadSignature,
    #[error("the token has expired or is not yet valid")]
    Expired,
    #[error("the token is for something else")]
    WrongPurpose,
    #[error("the signing keys cannot be had now")]
    NoKeys,
}

/// Half of a token's SHA-256, so that no bearer token stays in memory; with 128 bits nobody finds another one's.
type Hash = [u8; 16];

fn hash_of(token: &str) -> Hash {
    let whole = Sha256::digest(token);
    std::array::from_fn(|n| whole[n])
}

/// Checks access tokens: EdDSA only, keys from auth, all claims (RFC 8725).
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    clock: Clock,
    keys: Keys,
    /// Each with the generation of keys that it was verified with.
    verified: Cache<Hash, (u64, Arc<Caller>)>,
    refused: Cache<Hash, (u64, TokenError)>,
}

impl Verifier {
    /// `asks` auth for its keys, unless it is auth itself.
    pub(crate) fn new(clock: Clock, peers: Peers, store: Store, asks: bool) -> Self {
        Self(Arc::new(Inner {
            clock,
            keys: Keys::new(peers, store, asks),
            verified: Cache::new(REMEMBERED),
            refused: Cache::new(REFUSED),
        }))
    }

    /// Takes keys without asking: auth's own.
    ///
    /// A key that is missing from them is withdrawn, which ends the tokens it signed at once.
    pub fn install(&self, keys: &Jwks) {
        self.0.keys.install(keys);
    }

    /// Takes one more key: the harness's.
    pub(crate) fn also_trust(&self, key: &Jwk) {
        self.0.keys.add(key);
    }

    /// Installs the keys of before a restart.
    pub(crate) async fn recall(&self) -> backends::Result<()> {
        self.0.keys.recall().await
    }

    /// Keeps the keys fresh until nothing new may begin.
    pub(crate) async fn follow(self, tasks: Tasks) {
        self.0.keys.follow(&tasks).await;
    }

    /// The caller of a good token.
    pub async fn verify(&self, token: &str) -> Result<Arc<Caller>, TokenError> {
        let hash = hash_of(token);
        let generation = self.0.keys.current().generation;
        if let Some((of, caller)) = self.0.verified.get(&hash)
            && of == generation
        {
            return self.unexpired(caller);
        }
        if let Some((of, error)) = self.0.refused.get(&hash)
            && of == generation
        {
            return Err(error);
        }
        self.check(token, hash).await
    }

    async fn check(&self, token: &str, hash: Hash) -> Result<Arc<Caller>, TokenError> {
        let name = jose::key_name(token, ACCESS_TOKEN)?.ok_or(TokenError::Malformed)?;
        let keys = self.0.keys.with(&name).await;
        let Some(key) = keys.get(&name) else {
            return Err(if keys.is_empty() {
                TokenError::NoKeys
            } else {
                TokenError::BadSignature
            });
        };
        let claims = match claims_of(token, &key) {
            Ok(claims) => claims,
            Err(error) => {
                self.0.refused.insert(hash, (keys.generation, error));
                return Err(error);
            }
        };
        self.in_time(&claims)?;
        let caller = Arc::new(Caller::from(claims));
        self.0.verified.insert(hash, (keys.generation, caller.clone()));
        Ok(caller)
    }

    fn unexpired(&self, caller: Arc<Caller>) -> Result<Arc<Caller>, TokenError> {
        if caller.expires_at > self.0.clock.unix() {
            Ok(caller)
        } else {
            Err(TokenError::Expired)
        }
    }

    fn in_time(&self, claims: &AccessClaims) -> Result<(), TokenError> {
        let now = self.0.clock.unix();
        let begun = claims.iat.max(claims.nbf.unwrap_or(0)) <= now + SKEW;
        if begun && claims.exp > now {
            Ok(())
        } else {
            Err(TokenError::Expired)
        }
    }
}

/// Checks signature, algorithm, issuer and audience; the times are checked against this service's own clock.
fn claims_of(token: &str, key: &DecodingKey) -> Result<AccessClaims, TokenError> {
    let mut rules = Validation::new(Algorithm::EdDSA);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
    rules.validate_exp = false;
    rules.validate_nbf = false;
    decode::<AccessClaims>(token, key, &rules)
        .map(|token| token.claims)
        .map_err(|error| {
            use jsonwebtoken::errors::ErrorKind as E;
            match error.kind() {
                E::InvalidSignature | E::InvalidKeyFormat => TokenError::BadSignature,
                E::InvalidIssuer | E::InvalidAudience | E::InvalidAlgorithm => TokenError::WrongPurpose,
                _ => TokenError::Malformed,
            }
        })
}
