use axum::{Json, extract::State};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::{Value, json};
use service_kit::extract::{Admin, Path, ValidJson};
use shared_models::{
    auth::{AdminUser, FindUser, Suspend},
    ids::UserId,
};

use crate::{
    domain::{
        contact::Contact,
        text,
        user::{Suspension, User},
    },
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
    store::Stored,
};

/// The most characters of a reason.
const REASON: usize = 300;

/// An account.
#[utoipa::path(
    get, path = "/auth/admin/users/{id}", operation_id = "show_user", tag = "admin", security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The account")),
    responses((status = 200, body = AdminUser)),
)]
pub(crate) async fn show(
    State(auth): State<AuthState>,
    admin: Admin,
    Path(id): Path<UserId>,
) -> Result<Json<AdminUser>, AuthError> {
    auth.acting(&admin).await?;
    let user = auth.users.find(id).await?.ok_or(AuthError::NoSuchUser)?;
    Ok(Json(user.value.for_admin()))
}

/// The account of an address or a number, which is in the body since paths and queries are logged by proxies.
#[utoipa::path(
    post, path = "/auth/admin/users/find", operation_id = "find_user", tag = "admin", security(("bearer" = [])), request_body = FindUser,
    responses((status = 200, body = AdminUser)),
)]
pub(crate) async fn find(
    State(auth): State<AuthState>,
    admin: Admin,
    ValidJson(body): ValidJson<FindUser>,
) -> Result<Json<AdminUser>, AuthError> {
    auth.acting(&admin).await?;
    let contact = Contact::one_of(body.email.as_deref(), body.phone.as_deref())?;
    let user = auth
        .users
        .reached_by(&contact)
        .await?
        .ok_or(AuthError::NoSuchUser)?;
    Ok(Json(user.value.for_admin()))
}

/// Suspends an account: its sessions end, it cannot sign in, and others see it no more. Suspending twice is suspending once.
#[utoipa::path(
    post, path = "/auth/admin/users/{id}/suspend", operation_id = "suspend_user", tag = "admin", security(("bearer" = [])), request_body = Suspend,
    params(("id" = UserId, Path, description = "The account")),
    responses((status = 200, body = AdminUser)),
)]
pub(crate) async fn suspend(
    State(auth): State<AuthState>,
    admin: Admin,
    Path(id): Path<UserId>,
    ValidJson(body): ValidJson<Suspend>,
) -> Result<Json<AdminUser>, AuthError> {
    auth.acting(&admin).await?;
    if admin.id() == id {
        return Err(AuthError::Oneself);
    }
    let reason = text::line("/reason", &body.reason, REASON)?;
    let user = retrying(|| {
        let suspension = Suspension {
            at: auth.now(),
            by: admin.id(),
            reason: reason.clone(),
        };
        try_suspend(&auth, id, suspension)
    })
    .await?;
    Ok(Json(user.for_admin()))
}

async fn try_suspend(auth: &Auth, id: UserId, suspension: Suspension) -> Result<User, AuthError> {
    let mut user = auth.users.find(id).await?.ok_or(AuthError::NoSuchUser)?;
    if user.value.suspension.is_some() {
        return Ok(user.value);
    }
    let (by, detail) = (suspension.by, json!({ "reason": suspension.reason }));
    user.value.suspension = Some(suspension);
    user.value.epoch += 1;
    auth.change_standing(user, by, "user-suspended", detail).await
}

/// Restores a suspended account.
#[utoipa::path(
    post, path = "/auth/admin/users/{id}/restore", operation_id = "restore_user", tag = "admin", security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The account")),
    responses((status = 200, body = AdminUser)),
)]
pub(crate) async fn restore(
    State(auth): State<AuthState>,
    admin: Admin,
    Path(id): Path<UserId>,
) -> Result<Json<AdminUser>, AuthError> {
    auth.acting(&admin).await?;
    let user = retrying(|| try_restore(&auth, id, admin.id())).await?;
    Ok(Json(user.for_admin()))
}

async fn try_restore(auth: &Auth, id: UserId, by: UserId) -> Result<User, AuthError> {
    let mut user = auth.users.find(id).await?.ok_or(AuthError::NoSuchUser)?;
    if user.value.suspension.take().is_none() {
        return Ok(user.value);
    }
    auth.change_standing(user, by, "user-restored", json!({})).await
}

/// Ends all sessions of an account.
#[utoipa::path(
    delete, path = "/auth/admin/users/{id}/sessions", operation_id = "end_sessions_of_user", tag = "admin", security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The account")),
    responses((status = 204, description = "Its sessions have ended")),
)]
pub(crate) async fn end_sessions(
    State(auth): State<AuthState>,
    admin: Admin,
    Path(id): Path<UserId>,
) -> Result<StatusCode, AuthError> {
    auth.acting(&admin).await?;
    retrying(|| try_end_sessions(&auth, id, admin.id())).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_end_sessions(auth: &Auth, id: UserId, by: UserId) -> Result<(), AuthError> {
    let mut user = auth.users.find(id).await?.ok_or(AuthError::NoSuchUser)?;
    user.value.epoch += 1;
    user.value.touch(auth.now());
    let mut batch = Batch::new();
    user.save(&mut batch)?;
    auth.audit
        .append(&mut batch, by, "sessions-ended", id, json!({}))
        .await?;
    Ok(auth.store.commit(batch).await?)
}

impl Auth {
    /// Commits that an account was suspended or restored, tells it, and writes down who did it.
    async fn change_standing(
        &self,
        mut user: Stored<User>,
        by: UserId,
        act: &str,
        detail: Value,
    ) -> Result<User, AuthError> {
        user.value.touch(self.now());
        let mut batch = Batch::new();
        user.save(&mut batch)?;
        events::updated(&self.outbox, &mut batch, &user.value, vec!["suspended".into()])?;
        self.audit
            .append(&mut batch, by, act, user.value.id, detail)
            .await?;
        self.store.commit(batch).await?;
        Ok(user.value)
    }
}
