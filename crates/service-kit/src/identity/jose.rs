//! What the header of one of our tokens may say (RFC 7515; RFC 8725, 3.1 to 3.11).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::TokenError;

/// A token is larger than any of ours: nobody needs it verified.
const MAX_TOKEN: usize = 4096;
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
    if token.len() > MAX_TOKEN {
        return Err(TokenError::Malformed);
    }
    let mut parts = token.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(TokenError::Malformed);
    };
    let json = URL_SAFE_NO_PAD
        .decode(header)
        .map_err(|_| TokenError::Malformed)?;
    let header: Header = serde_json::from_slice(&json).map_err(|_| TokenError::Malformed)?;
    if header.alg != "EdDSA" || !header.typ.eq_ignore_ascii_case(typ) {
        return Err(TokenError::WrongPurpose);
    }
    match header.kid {
        Some(kid) if !is_name(&kid) => Err(TokenError::Malformed),
        kid => Ok(kid),
    }
}

fn is_name(kid: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    (1..=MAX_KID).contains(&kid.len()) && kid.bytes().all(plain)
}
