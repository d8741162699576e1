//! Who speaks: roles, and the claims of the tokens that say so.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{SessionId, UserId};

/// The issuer (`iss`) of every access token.
pub const ISSUER: &str = "craftchain-auth";
/// The audience (`aud`) of every access token.
pub const AUDIENCE: &str = "craftchain";

/// What a person may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Makes and sells.
    Artisan,
    /// Buys.
    Buyer,
    /// Operates the marketplace. Granted on the command line only.
    Admin,
}

impl Role {
    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Artisan => "artisan",
            Self::Buyer => "buyer",
            Self::Admin => "admin",
        }
    }
}

/// The claims of an access token (RFC 7519, RFC 9068).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessClaims {
    pub iss: String,
    pub aud: String,
    pub sub: UserId,
    pub role: Role,
    #[serde(default)]
    pub scope: Vec<String>,
    /// Seconds since 1970.
    pub iat: u64,
    /// Seconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<u64>,
    /// Seconds since 1970.
    pub exp: u64,
    pub jti: String,
    /// The session, whose end ends the refresh tokens.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<SessionId>,
}

/// The claims of the token with which one service calls another, in `X-Service-Token`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceClaims {
    /// The calling service.
    pub iss: String,
    /// The same as `iss`.
    pub sub: String,
    /// The called service; a token for one is worth nothing at another.
    pub aud: String,
    /// Seconds since 1970.
    pub iat: u64,
    /// Seconds since 1970; at most a minute after `iat`.
    pub exp: u64,
    pub jti: String,
}

/// The public keys of access tokens (RFC 7517).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwks {
    pub keys: Vec<Jwk>,
}

/// One public key. Ed25519 keys are all that is issued (RFC 8037); a key of another kind reads as one with
/// empty fields, so that it can be passed over.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(default)]
pub struct Jwk {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// The key, base64url.
    pub x: String,
    /// Names the key in a token's header.
    pub kid: String,
    /// `EdDSA`.
    pub alg: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: String,
}
