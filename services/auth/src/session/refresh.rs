use axum::{extract::State, response::Response};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::json;
use service_kit::extract::{IdempotencyKey, ValidJson};
use shared_models::auth::{Refresh, TokenAnswer};

use crate::{
    domain::{
        session::{RefreshToken, Session, Use},
        user::User,
    },
    error::AuthError,
    retry::retrying,
    sign_in::unstored,
    state::{Auth, AuthState},
    store::{Stored, end_session},
};

/// Exchanges a refresh token for new tokens.
///
/// Each is good once. One that comes again ends its session, since somebody else has it; but a repeat with the same
/// Idempotency-Key within a minute gets the same tokens again: the first answer may have been lost.
#[utoipa::path(
    post, path = "/auth/refresh", operation_id = "refresh", tag = "auth", request_body = Refresh,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat within a minute get the same tokens")),
    responses((status = 200, body = TokenAnswer)),
)]
pub(crate) async fn refresh(
    State(auth): State<AuthState>,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<Refresh>,
) -> Result<Response, AuthError> {
    let token = RefreshToken::decode(&body.refresh_token).ok_or(AuthError::WrongRefreshToken)?;
    let tokens = retrying(|| exchange(&auth, &token, key.get())).await?;
    Ok(unstored(StatusCode::OK, &tokens))
}

async fn exchange(auth: &Auth, token: &RefreshToken, key: Option<&str>) -> Result<TokenAnswer, AuthError> {
    let (session, user) = holder(auth, token).await?;
    let repeat = key.map(|key| auth.secrets.repeat_id(&session.value, key));
    match session
        .value
        .judge(token.generation, repeat.as_deref(), auth.now())
    {
        Use::Fresh => rotate(auth, session, &user, repeat).await,
        Use::Repeated => auth.sessions.tokens_again(&session.value, &user).await,
        Use::Reused => {
            end_stolen(auth, &session.value).await?;
            Err(AuthError::WrongRefreshToken)
        }
        Use::Unknown => Err(AuthError::WrongRefreshToken),
    }
}

/// The session that a token was made for, and its user, while both are in order.
async fn holder(auth: &Auth, token: &RefreshToken) -> Result<(Stored<Session>, User), AuthError> {
    let session = auth.sessions.store.find(token.session).await?;
    let session = session
        .filter(|session| auth.sessions.is_ours(&session.value, token))
        .ok_or(AuthError::WrongRefreshToken)?;
    let user = auth.users.find(session.value.user_id).await?;
    let user = user.ok_or(AuthError::WrongRefreshToken)?.value;
    if user.suspension.is_some() {
        return Err(AuthError::Suspended);
    }
    if session.value.epoch != user.epoch || session.value.expires_at <= auth.now() {
        return Err(AuthError::WrongRefreshToken);
    }
    Ok((session, user))
}

async fn rotate(
    auth: &Auth,
    mut session: Stored<Session>,
    user: &User,
    repeat: Option<String>,
) -> Result<TokenAnswer, AuthError> {
    let issued = auth.sessions.issue(user).await?;
    session
        .value
        .rotate(issued, repeat, auth.sessions.idle, auth.now());
    // Signed before it counts: who used a token up and got nothing for it would seem a thief when she asks again.
    let tokens = auth.sessions.tokens(&session.value, user).await?;
    let mut batch = Batch::new();
    session.save(&mut batch)?;
    auth.store.commit(batch).await?;
    Ok(tokens)
}

/// Whoever has the present token, the thief or the owner, has to sign in again.
async fn end_stolen(auth: &Auth, session: &Session) -> Result<(), AuthError> {
    let mut batch = Batch::new();
    end_session(&mut batch, session.id);
    let detail = json!({ "session": session.id });
    let user = session.user_id;
    auth.audit
        .append(&mut batch, user, "refresh-token-reused", user, detail)
        .await?;
    tracing::warn!(%user, session = %session.id, "a refresh token came twice; its session has ended");
    Ok(auth.store.commit(batch).await?)
}
