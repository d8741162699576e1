//! Service to service: each signs 60-second tokens bound to the callee, with a key of its own.

use std::{collections::HashMap, sync::Mutex};

use async_trait::async_trait;
use backends::{Clock, Ids, keys::KeyRing};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use config::Profile;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use quick_cache::sync::Cache;
use secrecy::SecretString;
use service_client::{Service, ServiceToken, ServiceTokens};
use sha2::{Digest, Sha256};
use shared_models::identity::ServiceClaims;

use super::{
    TokenError,
    google::{GoogleTokens, GoogleVerifier},
    jose,
};
use crate::Kit;

/// The type of these tokens.
const SERVICE_TOKEN: &str = "svc+jwt";
/// Seconds that a token is good for.
const LIFE: u64 = 60;
/// A token is used again while it has this many seconds left.
const FRESH: u64 = 20;
/// Clocks may differ by this many seconds.
const SKEW: u64 = 5;

/// Signs this service's tokens.
pub(crate) struct ServiceSigner {
    service: Service,
    keys: KeyRing,
    clock: Clock,
    ids: Ids,
    /// By callee, with the time it ends.
    made: Mutex<HashMap<Service, (u64, SecretString)>>,
}

impl ServiceSigner {
    pub(crate) fn new(service: Service, keys: KeyRing, clock: Clock, ids: Ids) -> Self {
        Self {
            service,
            keys,
            clock,
            ids,
            made: Mutex::default(),
        }
    }

    fn remembered(&self, callee: Service) -> Option<SecretString> {
        let made = self
            .made
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let (ends, token) = made.get(&callee)?;
        (*ends >= self.clock.unix() + FRESH).then(|| token.clone())
    }

    async fn sign(&self, callee: Service) -> backends::Result<(u64, SecretString)> {
        let now = self.clock.unix();
        let claims = ServiceClaims {
            iss: self.service.name().to_owned(),
            sub: self.service.name().to_owned(),
            aud: callee.name().to_owned(),
            iat: now,
            exp: now + LIFE,
            jti: self.ids.uuid().to_string(),
        };
        let json = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json(serde_json::json!({ "alg": "EdDSA", "typ": SERVICE_TOKEN }));
        let claims =
            serde_json::to_value(claims).map_err(|error| backends::Error::Other(error.to_string()))?;
        let message = format!("{header}.{}", json(claims));
        let signature = self
            .keys
            .sign(&key_name(self.service), message.as_bytes())
            .await?;
        let token = format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature));
        Ok((now + LIFE, token.into()))
    }
}

#[async_trait]
impl ServiceTokens for ServiceSigner {
    async fn token_for(&self, callee: Service) -> Result<ServiceToken, service_client::TokenError> {
        if let Some(token) = self.remembered(callee) {
            return Ok(own(token));
        }
        let (ends, token) = self
            .sign(callee)
            .await
            .map_err(|error| service_client::TokenError(error.to_string()))?;
        let mut made = self
            .made
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        made.insert(callee, (ends, token.clone()));
        Ok(own(token))
    }
}

fn own(token: SecretString) -> ServiceToken {
    ServiceToken {
        token,
        serverless: None,
    }
}

/// Each service's key is its own; the others know its public half.
fn key_name(service: Service) -> String {
    format!("service-{}", service.name())
}

/// Checks the tokens of other services.
pub(crate) enum ServiceVerifier {
    /// Their own.
    Own(OwnVerifier),
    /// Those that Google gives to their accounts.
    Google(GoogleVerifier),
}

impl ServiceVerifier {
    /// As the profile demands.
    pub(crate) fn of(kit: &Kit) -> Self {
        let (callee, clock) = (kit.service.peer, kit.clock.clone());
        match &kit.common.profile {
            Profile::Google(google) => {
                let tokens = GoogleTokens::new(google.keys.clone(), clock.clone());
                Self::Google(GoogleVerifier::new(callee, &google.project, tokens, clock))
            }
            Profile::Embedded => Self::Own(OwnVerifier::new(callee, kit.backends.keys.clone(), clock)),
        }
    }

    /// Which service made this token for us.
    pub(crate) async fn verify(&self, token: &str) -> Result<Service, TokenError> {
        match self {
            Self::Own(own) => own.verify(token).await,
            Self::Google(google) => google.verify(token).await,
        }
    }
}

/// Checks tokens that services sign themselves.
pub(crate) struct OwnVerifier {
    callee: Service,
    keys: KeyRing,
    clock: Clock,
    /// By the token's SHA-256: who made it, and when it ends.
    verified: Cache<[u8; 32], (Service, u64)>,
}

impl OwnVerifier {
    fn new(callee: Service, keys: KeyRing, clock: Clock) -> Self {
        Self {
            callee,
            keys,
            clock,
            verified: Cache::new(256),
        }
    }

    async fn verify(&self, token: &str) -> Result<Service, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        let now = self.clock.unix();
        if let Some((caller, ends)) = self.verified.get(&hash) {
            return if ends > now {
                Ok(caller)
            } else {
                Err(TokenError::Expired)
            };
        }
        let caller = claimed_issuer(token).ok_or(TokenError::Malformed)?;
        let claims = self.check(token, caller).await?;
        let in_time = claims.iat <= now + SKEW && claims.exp > now && claims.exp <= claims.iat + LIFE;
        if !in_time {
            return Err(TokenError::Expired);
        }
        if claims.sub != claims.iss {
            return Err(TokenError::WrongPurpose);
        }
        self.verified.insert(hash, (caller, claims.exp));
        Ok(caller)
    }

    async fn check(&self, token: &str, caller: Service) -> Result<ServiceClaims, TokenError> {
        if jose::key_name(token, SERVICE_TOKEN)?.is_some() {
            return Err(TokenError::Malformed); // the issuer names the key
        }
        let public = self
            .keys
            .public_key(&key_name(caller))
            .await
            .map_err(|_| TokenError::NoKeys)?;
        let mut rules = Validation::new(Algorithm::EdDSA);
        rules.set_issuer(&[caller.name()]);
        rules.set_audience(&[self.callee.name()]);
        rules.set_required_spec_claims(&["iss", "aud", "exp", "sub"]);
        rules.validate_exp = false;
        rules.validate_nbf = false;
        let key = DecodingKey::from_ed_der(&public);
        let token = decode::<ServiceClaims>(token, &key, &rules).map_err(|_| TokenError::BadSignature)?;
        Ok(token.claims)
    }
}

/// Whose key to check with; says nothing until the signature is checked.
fn claimed_issuer(token: &str) -> Option<Service> {
    let claims = token.split('.').nth(1)?;
    let claims: ServiceClaims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
    Service::from_name(&claims.iss)
}
