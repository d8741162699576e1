use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Password, User};
use crate::{
    identity::{AccessClaims, Role},
    ids::{SessionId, UserId},
    text::Language,
};

/// What somebody may sign up as; nobody signs up as an admin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum SignupRole {
    /// Makes and sells.
    Artisan,
    /// Buys.
    Buyer,
}

impl From<SignupRole> for Role {
    fn from(role: SignupRole) -> Self {
        match role {
            SignupRole::Artisan => Self::Artisan,
            SignupRole::Buyer => Self::Buyer,
        }
    }
}

/// A new account.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Signup {
    /// At most 254 bytes; compared without regard to case.
    #[garde(length(bytes, min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    /// At least ten characters, not easy to guess, at most 128 bytes.
    #[garde(dive)]
    pub password: Password,
    /// 1 to 80 characters of any script.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 80)]
    pub display_name: String,
    #[garde(skip)]
    pub role: SignupRole,
    /// Default `en`.
    #[garde(skip)]
    #[serde(default)]
    pub language: Option<Language>,
    /// Where she works; up to 80 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub region: Option<String>,
    /// What she makes; up to 80 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub craft: Option<String>,
}

/// Signs in with a password.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Login {
    #[garde(length(bytes, min = 3, max = 254))]
    #[schema(min_length = 3, max_length = 254)]
    pub email: String,
    #[garde(dive)]
    pub password: Password,
}

/// Asks for a code by text message.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtpRequest {
    /// E.164: `+919876543210`.
    #[garde(length(bytes, min = 8, max = 16))]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: String,
}

/// Signs in with a code; a number that is not known becomes an account.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtpVerify {
    /// Where the code went.
    #[garde(length(bytes, min = 8, max = 16))]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: String,
    /// Six digits.
    #[garde(length(bytes, min = 6, max = 6))]
    #[schema(min_length = 6, max_length = 6)]
    pub code: String,
    /// Of a new account; default `buyer`. Changes nothing about an existing one.
    #[garde(skip)]
    #[serde(default)]
    pub role: Option<SignupRole>,
    /// Of a new account; 1 to 80 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub display_name: Option<String>,
    /// Of a new account; default `en`.
    #[garde(skip)]
    #[serde(default)]
    pub language: Option<Language>,
}

/// Signs in with a Firebase ID token; whoever is not known becomes an account.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirebaseSignIn {
    /// As Firebase's client gives it: a JWT.
    #[garde(length(bytes, min = 1, max = 8192))]
    #[schema(min_length = 1, max_length = 8192)]
    pub id_token: String,
    /// Of a new account; default `buyer`. Changes nothing about an existing one.
    #[garde(skip)]
    #[serde(default)]
    pub role: Option<SignupRole>,
    /// Of a new account; 1 to 80 characters; the name in the token when it is left out.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub display_name: Option<String>,
    /// Of a new account; default `en`.
    #[garde(skip)]
    #[serde(default)]
    pub language: Option<Language>,
}

impl std::fmt::Debug for FirebaseSignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FirebaseSignIn(…)")
    }
}

/// A refresh token, to be exchanged or ended.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    #[garde(length(bytes, min = 1, max = 256))]
    #[schema(min_length = 1, max_length = 256)]
    pub refresh_token: String,
}

impl std::fmt::Debug for Refresh {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Refresh(…)")
    }
}

/// A signed-in user with her tokens.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TokenAnswer {
    /// A JWT (RFC 9068), sent as `Authorization: Bearer`.
    pub access_token: String,
    /// Good for one refresh.
    pub refresh_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds that the access token is good for.
    pub expires_in: u64,
    pub user: User,
}

/// A signed-in user with her tokens, and whether the account was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OtpAnswer {
    /// A JWT (RFC 9068), sent as `Authorization: Bearer`.
    pub access_token: String,
    /// Good for one refresh.
    pub refresh_token: String,
    /// `Bearer`.
    pub token_type: String,
    /// Seconds that the access token is good for.
    pub expires_in: u64,
    pub user: User,
    /// Whether this sign-in made the account.
    pub is_new: bool,
}

impl OtpAnswer {
    /// The tokens, and whether the account is new.
    pub fn of(tokens: TokenAnswer, is_new: bool) -> Self {
        Self {
            access_token: tokens.access_token,
            refresh_token: tokens.refresh_token,
            token_type: tokens.token_type,
            expires_in: tokens.expires_in,
            user: tokens.user,
            is_new,
        }
    }
}

/// The claims of a token that is good now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerifiedToken {
    pub sub: UserId,
    pub role: Role,
    pub scope: Vec<String>,
    pub iss: String,
    pub aud: String,
    /// Seconds since 1970.
    pub iat: u64,
    /// Seconds since 1970.
    pub exp: u64,
    pub jti: String,
    /// The session that the token belongs to.
    pub sid: Option<SessionId>,
}

impl From<AccessClaims> for VerifiedToken {
    fn from(claims: AccessClaims) -> Self {
        Self {
            sub: claims.sub,
            role: claims.role,
            scope: claims.scope,
            iss: claims.iss,
            aud: claims.aud,
            iat: claims.iat,
            exp: claims.exp,
            jti: claims.jti,
            sid: claims.sid,
        }
    }
}
