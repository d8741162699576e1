use axum::extract::State;
use service_kit::{
    Tagged,
    extract::{OptionalCaller, Path},
};
use shared_models::{auth::PublicArtisan, identity::Role, ids::UserId};

use crate::{
    domain::user::User,
    error::AuthError,
    state::{Auth, AuthState},
};

/// The public part of an artisan's profile.
#[utoipa::path(
    get, path = "/auth/artisans/{id}", operation_id = "show_artisan", tag = "auth", security((), ("bearer" = [])),
    params(("id" = UserId, Path, description = "The artisan")),
    responses((status = 200, body = PublicArtisan)),
)]
pub(crate) async fn show(
    State(auth): State<AuthState>,
    OptionalCaller(caller): OptionalCaller,
    Path(id): Path<UserId>,
) -> Result<Tagged<PublicArtisan>, AuthError> {
    let artisan = auth.artisan(id).await?;
    let following = match caller {
        Some(caller) => Some(auth.follows.holds(caller.user_id, id).await?),
        None => None,
    };
    let followers = auth.follows.followers(id).await?;
    Ok(Tagged::new(
        artisan.profile_revision,
        artisan.public(followers, following),
    )?)
}

impl Auth {
    /// An artisan who is there for others.
    pub(crate) async fn artisan(&self, id: UserId) -> Result<User, AuthError> {
        let user = self.users.find(id).await?.map(|user| user.value);
        user.filter(|user| user.role == Role::Artisan && !user.is_withdrawn())
            .ok_or(AuthError::NoSuchUser)
    }
}
