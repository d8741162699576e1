use axum::extract::State;
use service_kit::{Tagged, extract::Caller};
use shared_models::auth::Profile;

use crate::{domain::user::User, error::AuthError, state::AuthState};

/// The caller's profile.
#[utoipa::path(
    get, path = "/auth/profile", operation_id = "show_profile", tag = "auth", security(("bearer" = [])),
    responses((status = 200, body = Profile)),
)]
pub(crate) async fn show(
    State(auth): State<AuthState>,
    caller: Caller,
) -> Result<Tagged<Profile>, AuthError> {
    let present = auth.present(&caller).await?;
    tagged(&present.user.value)
}

/// `If-Match` compares the edits, so that verifying a number or setting a payout method spoils none.
pub(super) fn tagged(user: &User) -> Result<Tagged<Profile>, AuthError> {
    Ok(Tagged::new(user.profile_revision, user.profile())?)
}
