use axum::{Json, extract::State};
use http::StatusCode;
use service_kit::extract::{Caller, Page, PageLink, Path};
use shared_models::{auth::Following, ids::UserId};

use crate::{error::AuthError, state::AuthState, store::Slice};

/// Follows an artisan; following twice is following once.
#[utoipa::path(
    put, path = "/auth/artisans/{id}/follow", operation_id = "follow_artisan", tag = "auth", security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The artisan")),
    responses((status = 204, description = "The caller follows her")),
)]
pub(crate) async fn begin(
    State(auth): State<AuthState>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> Result<StatusCode, AuthError> {
    auth.present(&caller).await?;
    if caller.user_id == id {
        return Err(AuthError::Oneself);
    }
    auth.artisan(id).await?;
    auth.follows.begin(caller.user_id, id, auth.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Follows an artisan no longer.
#[utoipa::path(
    delete, path = "/auth/artisans/{id}/follow", operation_id = "unfollow_artisan", tag = "auth", security(("bearer" = [])),
    params(("id" = UserId, Path, description = "The artisan")),
    responses((status = 204, description = "The caller does not follow her")),
)]
pub(crate) async fn end(
    State(auth): State<AuthState>,
    caller: Caller,
    Path(id): Path<UserId>,
) -> Result<StatusCode, AuthError> {
    auth.present(&caller).await?;
    auth.follows.end(caller.user_id, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The artisans whom the caller follows, the latest first.
#[utoipa::path(
    get, path = "/auth/following", operation_id = "list_following", tag = "auth", security(("bearer" = [])),
    params(
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("cursor" = Option<String>, Query, max_length = 2048, description = "From the Link of the page before"),
    ),
    responses((status = 200, body = Vec<Following>)),
)]
pub(crate) async fn list(
    State(auth): State<AuthState>,
    caller: Caller,
    page: Page,
) -> Result<(PageLink, Json<Vec<Following>>), AuthError> {
    auth.present(&caller).await?;
    let found = auth.follows.of(caller.user_id, Slice::from(&page)).await?;
    let (link, found) = page.cut(found, |(position, _)| position.clone());
    Ok((
        link,
        Json(found.into_iter().map(|(_, following)| following).collect()),
    ))
}
