use axum::extract::State;
use backends::documents::Batch;
use http::StatusCode;
use service_kit::extract::ValidJson;
use shared_models::auth::Refresh;

use crate::{domain::session::RefreshToken, error::AuthError, state::AuthState, store::end_session};

/// Ends the session of a refresh token. The answer is the same for one that ended before.
#[utoipa::path(
    post, path = "/auth/logout", operation_id = "logout", tag = "auth", request_body = Refresh,
    responses((status = 204, description = "The session has ended")),
)]
pub(crate) async fn logout(
    State(auth): State<AuthState>,
    ValidJson(body): ValidJson<Refresh>,
) -> Result<StatusCode, AuthError> {
    let Some(token) = RefreshToken::decode(&body.refresh_token) else {
        return Ok(StatusCode::NO_CONTENT);
    };
    let session = auth.sessions.store.find(token.session).await?;
    if let Some(session) = session.filter(|session| auth.sessions.is_ours(&session.value, &token)) {
        let mut batch = Batch::new();
        end_session(&mut batch, session.value.id);
        auth.store.commit(batch).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}
