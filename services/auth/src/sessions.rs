//! Sessions and the tokens that belong to them.

use backends::{Clock, Ids};
use chrono::Duration;
use shared_models::{
    auth::TokenAnswer,
    identity::{AUDIENCE, AccessClaims, ISSUER},
};
use subtle::ConstantTimeEq;

use crate::{
    domain::{
        session::{Issued, LONGEST, RefreshToken, Session},
        user::User,
    },
    error::AuthError,
    secrets::Secrets,
    store::SessionStore,
    token_keys::TokenKeys,
};

/// Seconds that an access token is good for.
pub(crate) const ACCESS_LIFE: u64 = 15 * 60;

/// Begins sessions, and makes their tokens.
#[derive(Clone)]
pub(crate) struct Sessions {
    pub(crate) store: SessionStore,
    pub(crate) idle: Duration,
    secrets: Secrets,
    keys: TokenKeys,
    clock: Clock,
    ids: Ids,
}

impl Sessions {
    pub(crate) fn new(
        store: SessionStore,
        idle: Duration,
        secrets: Secrets,
        keys: TokenKeys,
        clock: Clock,
        ids: Ids,
    ) -> Self {
        Self {
            store,
            idle,
            secrets,
            keys,
            clock,
            ids,
        }
    }

    /// A new session of a user on a device.
    pub(crate) async fn begin(&self, user: &User, device: &str) -> Result<Session, AuthError> {
        let now = self.clock.now();
        Ok(Session {
            id: self.ids.fresh(),
            user_id: user.id,
            epoch: user.epoch,
            device: device.to_owned(),
            salt: hex::encode(self.ids.bytes::<16>()),
            generation: 1,
            issued: self.issue(user).await?,
            repeat: None,
            created_at: now,
            used_at: now,
            expires_at: now + self.idle.min(LONGEST),
            rest: serde_json::Map::new(),
        })
    }

    /// What the next access token of a user will say.
    pub(crate) async fn issue(&self, user: &User) -> Result<Issued, AuthError> {
        Ok(Issued {
            jti: self.ids.uuid().to_string(),
            iat: self.clock.unix(),
            kid: self.keys.current().await?,
            role: user.role,
        })
    }

    /// The tokens of a session's present generation; the same whenever they are made.
    pub(crate) async fn tokens(&self, session: &Session, user: &User) -> Result<TokenAnswer, AuthError> {
        let issued = &session.issued;
        let claims = AccessClaims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: session.user_id,
            role: issued.role,
            scope: Vec::new(),
            iat: issued.iat,
            nbf: None,
            exp: issued.iat + ACCESS_LIFE,
            jti: issued.jti.clone(),
            sid: Some(session.id),
        };
        let signed = self.keys.sign(&issued.kid, &claims).await?;
        Ok(TokenAnswer {
            access_token: signed.ok_or(AuthError::SessionEnded)?,
            refresh_token: self.refresh_token(session).encode(),
            token_type: "Bearer".to_owned(),
            expires_in: ACCESS_LIFE,
            user: user.signed_in(),
        })
    }

    /// The same tokens a while later, for whoever did not get the first answer.
    pub(crate) async fn tokens_again(
        &self,
        session: &Session,
        user: &User,
    ) -> Result<TokenAnswer, AuthError> {
        let passed = self.clock.unix().saturating_sub(session.issued.iat);
        Ok(TokenAnswer {
            expires_in: ACCESS_LIFE.saturating_sub(passed),
            ..self.tokens(session, user).await?
        })
    }

    /// Whether a token was made for this session, of whichever generation it says.
    pub(crate) fn is_ours(&self, session: &Session, token: &RefreshToken) -> bool {
        let seal = self.secrets.seal(session, token.generation);
        seal.ct_eq(&token.seal).into()
    }

    fn refresh_token(&self, session: &Session) -> RefreshToken {
        RefreshToken {
            session: session.id,
            generation: session.generation,
            seal: self.secrets.seal(session, session.generation),
        }
    }
}
