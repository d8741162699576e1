use backends::keys::Keys;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use config::ExposeSecret;
use serde::Serialize;
use service_client::{Service, ServiceTokens};
use shared_models::{
    identity::{AUDIENCE, AccessClaims, ISSUER, Jwk, Role},
    ids::UserId,
};

use super::Harness;
use crate::{Kit, StartError, identity::ServiceSigner};

/// Signs in for auth, which is not there.
const KEY: &str = "harness-access";

/// Somebody with a good access token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub id: UserId,
    pub role: Role,
    /// Her access token, without `Bearer`.
    pub token: String,
}

impl Harness {
    /// A new artisan.
    pub async fn artisan(&self) -> Person {
        self.person(Role::Artisan).await
    }

    /// A new buyer.
    pub async fn buyer(&self) -> Person {
        self.person(Role::Buyer).await
    }

    /// A new admin.
    pub async fn admin(&self) -> Person {
        self.person(Role::Admin).await
    }

    /// A new person, signed in for 15 minutes.
    pub async fn person(&self, role: Role) -> Person {
        let claims = self.claims(role);
        Person {
            id: claims.sub,
            role,
            token: self.token_of(&claims).await,
        }
    }

    /// What auth would say of a new person; to be changed and signed with [`Harness::token_of`].
    pub fn claims(&self, role: Role) -> AccessClaims {
        let now = self.kit.clock.unix();
        AccessClaims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: self.kit.ids.fresh(),
            role,
            scope: Vec::new(),
            iat: now,
            nbf: None,
            exp: now + 15 * 60,
            jti: self.kit.ids.uuid().to_string(),
            sid: Some(self.kit.ids.fresh()),
        }
    }

    /// An access token of any claims, signed with the key that this service trusts.
    pub async fn token_of(&self, claims: &impl Serialize) -> String {
        let header = serde_json::json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": KEY });
        self.signed(&header, claims).await
    }

    /// A token of any header and claims, signed with the key that this service trusts.
    #[expect(clippy::expect_used, reason = "a test without its token cannot go on")]
    pub async fn signed(&self, header: &impl Serialize, claims: &impl Serialize) -> String {
        let part =
            |json| URL_SAFE_NO_PAD.encode(serde_json::to_vec::<serde_json::Value>(&json).unwrap_or_default());
        let header = serde_json::to_value(header).expect("a header in JSON");
        let claims = serde_json::to_value(claims).expect("claims in JSON");
        let message = format!("{}.{}", part(header), part(claims));
        let signature = self.keys().sign(KEY, message.as_bytes()).await;
        let signature = URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
        format!("{message}.{signature}")
    }

    /// The token with which `caller` calls this service, for `X-Service-Token`.
    #[expect(clippy::expect_used, reason = "a test without its token cannot go on")]
    pub async fn service_token(&self, caller: Service) -> String {
        let kit = &self.kit;
        let signer = ServiceSigner::new(
            caller,
            kit.backends.keys.clone(),
            kit.clock.clone(),
            kit.ids.clone(),
        );
        let token = signer.token_for(kit.service.peer).await.expect("a service token");
        token.token.expose_secret().to_owned()
    }

    fn keys(&self) -> &dyn Keys {
        &*self.kit.backends.keys
    }
}

/// Lets the service trust the key that signs the harness's tokens, until auth tells it another set.
pub(super) async fn trust(kit: &Kit) -> Result<(), StartError> {
    let public = kit.backends.keys.public_key(KEY).await?;
    kit.verifier.also_trust(&Jwk {
        kty: "OKP".to_owned(),
        crv: "Ed25519".to_owned(),
        x: URL_SAFE_NO_PAD.encode(public),
        kid: KEY.to_owned(),
        alg: "EdDSA".to_owned(),
        usage: "sig".to_owned(),
    });
    Ok(())
}
