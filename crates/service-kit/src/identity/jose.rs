//! What the header of a token may say (RFC 7515; RFC 8725, 3.1 to 3.11).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, de::DeserializeOwned};

use super::TokenError;

/// A token is larger than any of ours: nobody needs it verified.
const MAX_TOKEN: usize = 4096;
/// The same of Google's, which may hold a person's claims and those of a project.
const MAX_GOOGLE_TOKEN: usize = 8192;
/// Longer names of keys are not ours.
const MAX_KID: usize = 128;

/// Nothing else is understood, so a token that demands it (`crit`), changes what is signed (`b64`), or brings
/// or names a key of its own (`jwk`, `jku`, `x5u`, `x5c`) is refused before anything is looked up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    #[serde(default)]
    kid: Option<String>,
}

/// The name of the key that a token of type `typ` says it is signed with, when its header is as ours are.
pub(super) fn key_name(token: &str, typ: &str) -> Result<Option<String>, TokenError> {
    let header: Header = header_of(token, MAX_TOKEN)?;
    if header.alg != "EdDSA" || !header.typ.eq_ignore_ascii_case(typ) {
        return Err(TokenError::WrongPurpose);
    }
    match header.kid {
        Some(kid) if !is_name(&kid) => Err(TokenError::Malformed),
        kid => Ok(kid),
    }
}

/// What Google's tokens say. It may say more one day: what is not understood is passed over, but for `crit`, which
/// demands to be understood. No key is ever taken from a header.
#[derive(Debug, Deserialize)]
struct GoogleHeader {
    alg: String,
    #[serde(default)]
    typ: Option<String>,
    kid: String,
    #[serde(default)]
    crit: Option<serde_json::Value>,
}

/// The name of the key that a token of Google's says it is signed with: always RS256.
pub(super) fn google_key_name(token: &str) -> Result<String, TokenError> {
    let header: GoogleHeader = header_of(token, MAX_GOOGLE_TOKEN)?;
    let typ = header.typ.as_deref().unwrap_or("JWT");
    if header.alg != "RS256" || !typ.eq_ignore_ascii_case("JWT") {
        return Err(TokenError::WrongPurpose);
    }
    if header.crit.is_some() || !is_name(&header.kid) {
        return Err(TokenError::Malformed);
    }
    Ok(header.kid)
}

/// The header of a token of three parts.
fn header_of<H: DeserializeOwned>(token: &str, longest: usize) -> Result<H, TokenError> {
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenError::Malformed);
    };
    if token.len() > longest {
        return Err(TokenError::Malformed);
    }
    let json = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenError::Malformed)?;
    serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)
}

fn is_name(kid: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_KID).contains(&kid.len()) && kid.bytes().all(plain)
}
