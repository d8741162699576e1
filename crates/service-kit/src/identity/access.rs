use std::{collections::HashMap, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use backends::{
    Clock,
    documents::{Batch, Store},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use quick_cache::sync::Cache;
use service_client::{CallContext, Peers};
use sha2::{Digest, Sha256};
use shared_models::identity::{AUDIENCE, AccessClaims, ISSUER, Jwks};
use tokio::{sync::Mutex, time::Instant};

use super::{Caller, KEYS};

/// An unknown `kid` asks auth for its keys at most this often.
const REFETCH: Duration = Duration::from_secs(10);
/// Clocks may differ by this much, in seconds.
const SKEW: u64 = 5;
/// A token is larger than any of ours: nobody needs it verified.
const MAX_TOKEN: usize = 4096;
/// Verified tokens remembered; each saves a signature check.
const REMEMBERED: usize = 65_536;

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

/// Checks access tokens: EdDSA only, keys from auth, all claims (RFC 8725).
#[derive(Clone)]
pub struct Verifier(Arc<Inner>);

struct Inner {
    clock: Clock,
    peers: Peers,
    store: Store,
    keys: ArcSwap<HashMap<String, DecodingKey>>,
    /// When auth was last asked.
    asked: Mutex<Option<Instant>>,
    /// SHA-256 of the token, so that no bearer token stays in memory.
    verified: Cache<[u8; 32], Arc<Caller>>,
}

impl Verifier {
    pub(crate) fn new(clock: Clock, peers: Peers, store: Store) -> Self {
        Self(Arc::new(Inner {
            clock,
            peers,
            store,
            keys: ArcSwap::default(),
            asked: Mutex::new(None),
            verified: Cache::new(REMEMBERED),
        }))
    }

    /// Takes keys without asking: auth's own, and those remembered from before a restart.
    ///
    /// A key that is withdrawn ends the tokens it signed at once.
    pub fn install(&self, keys: &Jwks) {
        let ours = keys
            .keys
            .iter()
            .filter(|key| key.kty == "OKP" && key.crv == "Ed25519");
        let usable =
            ours.filter_map(|key| Some((key.kid.clone(), DecodingKey::from_ed_components(&key.x).ok()?)));
        self.0.keys.store(Arc::new(usable.collect()));
        self.0.verified.clear();
    }

    /// The caller of a good token.
    pub async fn verify(&self, token: &str) -> Result<Arc<Caller>, TokenError> {
        if token.len() > MAX_TOKEN {
            return Err(TokenError::Malformed);
        }
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some(caller) = self.0.verified.get(&hash) {
            return self.unexpired(caller);
        }
        let key = self.key_of(token).await?;
        let claims = check(token, &key)?;
        self.in_time(&claims)?;
        let caller = Arc::new(Caller::from(claims));
        self.0.verified.insert(hash, caller.clone());
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

    async fn key_of(&self, token: &str) -> Result<DecodingKey, TokenError> {
        let header = decode_header(token).map_err(|_| TokenError::Malformed)?;
        let foreign_key =
            header.jku.is_some() || header.jwk.is_some() || header.x5u.is_some() || header.x5c.is_some();
        let typed = header
            .typ
            .as_deref()
            .is_some_and(|typ| typ.eq_ignore_ascii_case("at+jwt"));
        if header.alg != Algorithm::EdDSA || foreign_key || !typed {
            return Err(TokenError::WrongPurpose);
        }
        let id = header.kid.ok_or(TokenError::Malformed)?;
        if let Some(key) = self.0.keys.load().get(&id) {
            return Ok(key.clone());
        }
        self.refetch().await;
        let keys = self.0.keys.load();
        match keys.get(&id) {
            Some(key) => Ok(key.clone()),
            None if keys.is_empty() => Err(TokenError::NoKeys),
            None => Err(TokenError::BadSignature),
        }
    }

    /// Asks auth, and remembers what it said; keeps what is known when auth is down.
    async fn refetch(&self) {
        let mut asked = self.0.asked.lock().await;
        if asked.is_some_and(|at| at.elapsed() < REFETCH) {
            return;
        }
        if asked.is_none() && self.recall().await {
            *asked = Some(Instant::now().checked_sub(REFETCH).unwrap_or_else(Instant::now));
        }
        match self
            .0
            .peers
            .auth()
            .jwks(&CallContext::within(Duration::from_secs(3)))
            .await
        {
            Ok(keys) => {
                *asked = Some(Instant::now());
                self.adopt(&keys).await;
            }
            Err(error) => tracing::warn!(%error, "auth did not tell its signing keys"),
        }
    }

    async fn adopt(&self, keys: &Jwks) {
        self.install(keys);
        let mut batch = Batch::new();
        let stored = match batch.put(KEYS, "auth", &serde_json::json!({ "jwks": keys })) {
            Ok(_) => self.0.store.commit(batch).await,
            Err(error) => Err(error),
        };
        if let Err(error) = stored {
            tracing::warn!(%error, "the signing keys could not be remembered");
        }
    }

    /// The keys of before a restart.
    async fn recall(&self) -> bool {
        let remembered = self.0.store.get(KEYS, "auth").await.ok().flatten();
        let set =
            remembered.and_then(|document| serde_json::from_value(document.body.get("jwks")?.clone()).ok());
        if let Some(set) = &set {
            self.install(set);
        }
        set.is_some()
    }
}

/// Signature, algorithm, issuer and audience; the caller checks the times against its own clock.
fn check(token: &str, key: &DecodingKey) -> Result<AccessClaims, TokenError> {
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
