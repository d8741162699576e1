use axum::extract::State;
use backends::documents::Batch;
use service_kit::{
    Tagged,
    extract::{Caller, IfMatch, ValidJson},
};
use shared_models::auth::{Profile, ProfilePatch};

use super::show::tagged;
use crate::{
    domain::profile::{edit, told_to_others},
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Changes the caller's profile (RFC 7396).
///
/// Answers 412 when it changed since the caller read it.
#[utoipa::path(
    patch, path = "/auth/profile", operation_id = "update_profile", tag = "auth", security(("bearer" = [])),
    request_body(content((ProfilePatch = "application/merge-patch+json"), (ProfilePatch = "application/json"))),
    params(("If-Match" = Option<String>, Header, description = "The ETag that the edit is based on")),
    responses((status = 200, body = Profile)),
)]
pub(crate) async fn update(
    State(auth): State<AuthState>,
    caller: Caller,
    if_match: IfMatch,
    ValidJson(patch): ValidJson<ProfilePatch>,
) -> Result<Tagged<Profile>, AuthError> {
    retrying(|| try_update(&auth, &caller, &if_match, &patch)).await
}

async fn try_update(
    auth: &Auth,
    caller: &Caller,
    if_match: &IfMatch,
    patch: &ProfilePatch,
) -> Result<Tagged<Profile>, AuthError> {
    let mut user = auth.present(caller).await?.user;
    if_match.check(user.value.profile_revision)?;
    let changed = edit(&mut user.value, patch.clone())?;
    if changed.is_empty() {
        return tagged(&user.value);
    }
    user.value.touch(auth.now());
    user.value.profile_revision += 1;
    let mut batch = Batch::new();
    user.save(&mut batch)?;
    let told = told_to_others(&changed);
    if !told.is_empty() {
        events::updated(&auth.outbox, &mut batch, &user.value, told)?;
    }
    auth.store.commit(batch).await?;
    tagged(&user.value)
}
