use axum::{Json, extract::State, response::IntoResponse};
use http::{HeaderValue, header};
use shared_models::identity::Jwks;

use crate::{error::AuthError, state::AuthState};

/// A third of the notice that a new key gives.
const CACHED: HeaderValue = HeaderValue::from_static("public, max-age=300");

/// The public keys of access tokens (RFC 7517).
#[utoipa::path(
    get, path = "/auth/.well-known/jwks.json", operation_id = "signing_keys", tag = "auth",
    responses((status = 200, body = Jwks)),
)]
pub(crate) async fn jwks(State(auth): State<AuthState>) -> Result<impl IntoResponse, AuthError> {
    let keys = auth.keys.published().await?;
    Ok(([(header::CACHE_CONTROL, CACHED)], Json(keys)))
}
