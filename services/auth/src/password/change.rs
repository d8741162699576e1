use axum::extract::State;
use backends::documents::Batch;
use http::StatusCode;
use serde_json::json;
use service_kit::extract::{Caller, ClientAddress, ValidJson};
use shared_models::auth::{ChangePassword, Password};
use std::net::IpAddr;

use crate::{
    domain::user::User,
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
    throttle::Origin,
};

/// Replaces the caller's password, and ends her other sessions.
#[utoipa::path(
    post, path = "/auth/password/change", operation_id = "change_password", tag = "auth", security(("bearer" = [])), request_body = ChangePassword,
    responses((status = 204, description = "The password is changed")),
)]
pub(crate) async fn change(
    State(auth): State<AuthState>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    ValidJson(body): ValidJson<ChangePassword>,
) -> Result<StatusCode, AuthError> {
    let user = auth.present(&caller).await?.user.value;
    auth.check_password(&user, &body.current_password, address)
        .await?;
    let mut about_her = vec![user.display_name.clone(), "craftchain".to_owned()];
    about_her.extend(user.contacts().iter().map(|contact| contact.as_str().to_owned()));
    let hash = auth
        .passwords
        .hash_new("/new_password", &body.new_password, about_her)
        .await?;
    retrying(|| try_change(&auth, &caller, &user, &hash)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_change(auth: &Auth, caller: &Caller, verified: &User, hash: &str) -> Result<(), AuthError> {
    let mut present = auth.present(caller).await?;
    if present.user.value.password != verified.password {
        return Err(AuthError::WrongCredentials);
    }
    let mut batch = Batch::new();
    auth.end_other_sessions(&mut batch, &mut present).await?;
    present.user.value.password = Some(hash.to_owned());
    present.user.save(&mut batch)?;
    let id = present.id();
    auth.audit
        .append(&mut batch, id, "password-changed", id, json!({}))
        .await?;
    Ok(auth.store.commit(batch).await?)
}

impl Auth {
    /// Refuses a wrong password of a signed-in user; guesses with a stolen token are throttled like sign-ins.
    pub(crate) async fn check_password(
        &self,
        user: &User,
        password: &Password,
        address: Option<IpAddr>,
    ) -> Result<(), AuthError> {
        let hash = user.password.as_deref().ok_or(AuthError::NoPassword)?;
        let contact = user.email.as_ref().map(|email| email.value.clone());
        let contact = contact
            .map(crate::domain::contact::Contact::Email)
            .or_else(|| user.reachable_by());
        let origin = Origin {
            account: contact.as_ref(),
            address,
        };
        self.throttle.check(origin).await?;
        if self.passwords.verify(password, Some(hash)).await? {
            return Ok(());
        }
        self.throttle.count(origin).await?;
        Err(AuthError::WrongPassword)
    }
}
