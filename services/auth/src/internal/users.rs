use axum::{Json, extract::State};
use service_kit::extract::{Path, ServiceCaller};
use shared_models::{auth::UserSummary, ids::UserId};

use crate::{error::AuthError, state::AuthState};

/// What other services may know of a user. For services only; 404 when the account was erased.
#[utoipa::path(
    get, path = "/internal/users/{id}", operation_id = "user_summary", tag = "internal",
    params(
        ("id" = UserId, Path, description = "The account"),
        ("X-Service-Token" = String, Header, description = "Who asks"),
    ),
    responses((status = 200, body = UserSummary)),
)]
pub(crate) async fn show(
    State(auth): State<AuthState>,
    _service: ServiceCaller,
    Path(id): Path<UserId>,
) -> Result<Json<UserSummary>, AuthError> {
    let user = auth.users.find(id).await?.ok_or(AuthError::NoSuchUser)?;
    Ok(Json(user.value.summary()))
}
