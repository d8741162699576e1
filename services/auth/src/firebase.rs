//! ID tokens of a Firebase project, checked as its documentation demands: "Verify ID tokens using a third-party JWT
//! library".

use backends::Clock;
use service_kit::identity::{
    TokenError,
    google::{Expected, GoogleTokens},
};

use crate::{
    config::FirebaseSettings,
    domain::firebase::{FirebasePerson, IdClaims},
    error::AuthError,
};

/// Clocks may differ by this many seconds.
const SKEW: u64 = 5;

/// Checks the tokens of one project.
pub(crate) struct Firebase {
    tokens: GoogleTokens,
    project: String,
    issuer: String,
    clock: Clock,
}

impl Firebase {
    pub(crate) fn new(settings: &FirebaseSettings, clock: Clock) -> Self {
        let project = settings.project.0.clone();
        Self {
            tokens: GoogleTokens::new(settings.keys.clone(), clock.clone()),
            issuer: format!("https://securetoken.google.com/{project}"),
            project,
            clock,
        }
    }

    /// Who signed in, when the token is good and names somebody.
    pub(crate) async fn person(&self, id_token: &str) -> Result<FirebasePerson, AuthError> {
        let expected = Expected {
            issuers: &[&self.issuer],
            audience: &self.project,
        };
        let claims: IdClaims = self
            .tokens
            .verify(id_token, expected)
            .await
            .map_err(AuthError::WrongIdToken)?;
        if claims.auth_time > self.clock.unix() + SKEW {
            return Err(AuthError::WrongIdToken(TokenError::Expired));
        }
        if claims.is_anonymous() {
            return Err(AuthError::Anonymous);
        }
        let person = claims.person(&self.project);
        person.ok_or(AuthError::WrongIdToken(TokenError::WrongPurpose))
    }
}
