use axum::{Json, extract::State};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{HeaderMap, header};
use service_kit::extract::Caller;
use shared_models::{auth::VerifiedToken, identity::AccessClaims};

use crate::{error::AuthError, state::AuthState};

/// The claims of the caller's token, while it is good and its session lives.
#[utoipa::path(
    get, path = "/auth/verify", operation_id = "verify_token", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = VerifiedToken)),
)]
pub(crate) async fn verify(
    State(auth): State<AuthState>,
    caller: Caller,
    headers: HeaderMap,
) -> Result<Json<VerifiedToken>, AuthError> {
    auth.present(&caller).await?;
    let claims = claims(&headers).ok_or(AuthError::SessionEnded)?;
    Ok(Json(claims.into()))
}

/// Of the token that the chassis has verified: reads only.
fn claims(headers: &HeaderMap) -> Option<AccessClaims> {
    let token = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let payload = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}
