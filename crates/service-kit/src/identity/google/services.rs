//! Service to service on Google Cloud: each shows an ID token of its own service account, which Google signs.

use async_trait::async_trait;
use backends::{Clock, keys::KeyRing};
use quick_cache::sync::Cache;
use serde::Deserialize;
use service_client::{Service, ServiceToken, ServiceTokens};
use sha2::{Digest, Sha256};

use super::{Expected, GoogleTokens, ISSUERS};
use crate::identity::TokenError;

/// What the accounts of our services begin with.
const PREFIX: &str = "craftchain-";
/// Verified tokens remembered; each saves a signature check. A token serves for an hour.
const REMEMBERED: usize = 256;

/// What tokens for a service are for, and the name of its account: `craftchain-product`. Cloud Run is told to take it as an
/// audience beside the service's URL.
fn audience(service: Service) -> String {
    format!("{PREFIX}{}", service.name())
}

/// Gets this service's tokens from the machine, which keeps each while it is good.
pub(crate) struct GoogleSigner {
    keys: KeyRing,
}

impl GoogleSigner {
    pub(crate) fn new(keys: KeyRing) -> Self {
        Self { keys }
    }
}

#[async_trait]
impl ServiceTokens for GoogleSigner {
    /// One token twice: Cloud Run looks at the first itself, and takes its signature away before the callee sees it.
    async fn token_for(&self, callee: Service) -> Result<ServiceToken, service_client::TokenError> {
        let token = self.keys.bearer(&audience(callee)).await;
        let token = token
            .map_err(|error| service_client::TokenError(error.to_string()))?
            .ok_or_else(|| service_client::TokenError("this machine is nobody at Google".to_owned()))?;
        Ok(ServiceToken {
            token: token.clone(),
            serverless: Some(token),
        })
    }
}

/// Checks the tokens of other services' accounts.
pub(crate) struct GoogleVerifier {
    tokens: GoogleTokens,
    clock: Clock,
    audience: String,
    /// What addresses of the project's service accounts end with.
    domain: String,
    /// By the token's SHA-256: who it is of, and when it ends.
    verified: Cache<[u8; 32], (Service, u64)>,
}

#[derive(Deserialize)]
struct Account {
    email: String,
    email_verified: bool,
    exp: u64,
}

impl GoogleVerifier {
    /// Of tokens for `callee`, of service accounts of a project.
    pub(crate) fn new(callee: Service, project: &str, tokens: GoogleTokens, clock: Clock) -> Self {
        Self {
            tokens,
            clock,
            audience: audience(callee),
            domain: format!("@{project}.iam.gserviceaccount.com"),
            verified: Cache::new(REMEMBERED),
        }
    }

    /// Which service showed this token to us.
    pub(crate) async fn verify(&self, token: &str) -> Result<Service, TokenError> {
        let hash: [u8; 32] = Sha256::digest(token).into();
        if let Some((service, ends)) = self.verified.get(&hash) {
            let good = ends > self.clock.unix();
            return good.then_some(service).ok_or(TokenError::Expired);
        }
        let expected = Expected {
            issuers: ISSUERS,
            audience: &self.audience,
        };
        let account: Account = self.tokens.verify(token, expected).await?;
        let service = self.service(&account).ok_or(TokenError::WrongPurpose)?;
        self.verified.insert(hash, (service, account.exp));
        Ok(service)
    }

    fn service(&self, account: &Account) -> Option<Service> {
        let name = account.email.strip_suffix(&self.domain)?.strip_prefix(PREFIX)?;
        Service::from_name(name).filter(|_| account.email_verified)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use backends::{
        google::Identity,
        keys::cloud::{CloudKeys, Place},
    };
    use secrecy::ExposeSecret;
    use serde_json::{Value, json};

    use super::*;
    use crate::harness::GoogleKeys;

    const PROJECT: &str = "kilns-of-khurja";

    fn verifier(google: &GoogleKeys) -> GoogleVerifier {
        let clock = Clock::system();
        let tokens = GoogleTokens::new(google.url().parse().unwrap(), clock.clone());
        GoogleVerifier::new(Service::Product, PROJECT, tokens, clock)
    }

    fn claims() -> Value {
        let now = Clock::system().unix();
        json!({
            "iss": "https://accounts.google.com", "aud": "craftchain-product", "sub": "1058", "azp": "1058",
            "iat": now, "exp": now + 3600, "email": format!("craftchain-ml@{PROJECT}.iam.gserviceaccount.com"),
            "email_verified": true,
        })
    }

    #[tokio::test]
    async fn what_the_machine_is_given_the_callee_believes() {
        let google = GoogleKeys::start().await;
        google.is_the_machine_of(&format!("craftchain-ml@{PROJECT}.iam.gserviceaccount.com"));
        let keys = CloudKeys::at(&Place {
            project: PROJECT.to_owned(),
            location: "global".to_owned(),
            ring: "craftchain".to_owned(),
            stand_in: None,
            identity: Identity::Metadata(google.base().to_owned()),
        });
        let signer = GoogleSigner::new(Arc::new(keys.unwrap()));
        let token = signer.token_for(Service::Product).await.unwrap();
        let shown = token.token.expose_secret();
        assert_eq!(token.serverless.unwrap().expose_secret(), shown);
        let product = verifier(&google);
        for _ in 0..2 {
            assert_eq!(product.verify(shown).await, Ok(Service::Ml));
        }
        assert_eq!(google.asked(), 1, "what was verified is remembered");
        let other = signer.token_for(Service::Auth).await.unwrap();
        let misused = product.verify(other.token.expose_secret()).await;
        assert_eq!(
            misused,
            Err(TokenError::WrongPurpose),
            "a token for another service"
        );
    }

    #[tokio::test]
    async fn only_the_projects_own_services_are_believed() {
        let google = GoogleKeys::start().await;
        let product = verifier(&google);
        let now = Clock::system().unix();
        let of = |email: &str| json!({ "email": email });
        for (wrong, why) in [
            (
                of("craftchain-ml@another.iam.gserviceaccount.com"),
                TokenError::WrongPurpose,
            ),
            (
                of("ml@kilns-of-khurja.iam.gserviceaccount.com"),
                TokenError::WrongPurpose,
            ),
            (
                of("craftchain-nobody@kilns-of-khurja.iam.gserviceaccount.com"),
                TokenError::WrongPurpose,
            ),
            (of("craftchain-ml@gmail.com"), TokenError::WrongPurpose),
            (json!({ "email_verified": false }), TokenError::WrongPurpose),
            (json!({ "email_verified": "true" }), TokenError::Malformed),
            (json!({ "email": null }), TokenError::Malformed),
            (json!({ "aud": "craftchain-auth" }), TokenError::WrongPurpose),
            (
                json!({ "iss": "https://securetoken.google.com/kilns-of-khurja" }),
                TokenError::WrongPurpose,
            ),
            (json!({ "exp": now }), TokenError::Expired),
            (json!({ "iat": now + 60 }), TokenError::Expired),
        ] {
            let mut claims = claims();
            claims
                .as_object_mut()
                .unwrap()
                .extend(wrong.as_object().unwrap().clone());
            assert_eq!(product.verify(&google.signs(&claims)).await, Err(why), "{wrong}");
        }
        let stranger = GoogleKeys::start().await;
        let forged = product.verify(&stranger.signs(&claims())).await;
        assert_eq!(forged, Err(TokenError::BadSignature));
        // Cloud Run's own check takes the signature away, which is why the token comes twice.
        let token = google.signs(&claims());
        let (message, _) = token.rsplit_once('.').unwrap();
        let stripped = format!("{message}.SIGNATURE_REMOVED_BY_GOOGLE");
        assert_eq!(product.verify(&stripped).await, Err(TokenError::BadSignature));
        assert_eq!(product.verify(&token).await, Ok(Service::Ml));
    }
}
