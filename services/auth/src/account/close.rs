use axum::{Json, extract::State};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::json;
use service_kit::extract::Caller;
use shared_models::auth::AccountClosing;

use super::erase::ERASE_ACCOUNT;
use crate::{
    domain::user::Closing,
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Asks for the account to be erased, 30 days from now.
///
/// Every session ends, and others see the account no more. Signing in before that time keeps the account.
#[utoipa::path(
    delete, path = "/auth/account", operation_id = "close_account", tag = "auth", security(("bearer" = [])),
    responses((status = 202, body = AccountClosing)),
)]
pub(crate) async fn close(
    State(auth): State<AuthState>,
    caller: Caller,
) -> Result<(StatusCode, Json<AccountClosing>), AuthError> {
    let closing = retrying(|| try_close(&auth, &caller)).await?;
    Ok((
        StatusCode::ACCEPTED,
        Json(AccountClosing {
            erase_at: closing.erase_at,
        }),
    ))
}

async fn try_close(auth: &Auth, caller: &Caller) -> Result<Closing, AuthError> {
    let mut user = auth.present(caller).await?.user;
    let now = auth.now();
    let closing = Closing {
        requested_at: now,
        erase_at: now + auth.config.grace,
    };
    user.value.closing = Some(closing);
    user.value.epoch += 1;
    user.value.touch(now);
    let id = user.value.id;
    let mut batch = Batch::new();
    user.save(&mut batch)?;
    events::updated(&auth.outbox, &mut batch, &user.value, vec!["suspended".into()])?;
    auth.jobs
        .enqueue_at(&mut batch, ERASE_ACCOUNT, &id.to_string(), closing.erase_at, &id)?;
    let detail = json!({ "erase_at": closing.erase_at });
    auth.audit
        .append(&mut batch, id, "erasure-requested", id, detail)
        .await?;
    auth.store.commit(batch).await?;
    Ok(closing)
}
