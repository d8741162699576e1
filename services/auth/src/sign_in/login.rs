use axum::{extract::State, response::Response};
use backends::documents::Batch;
use http::StatusCode;
use service_kit::extract::{IdempotencyKey, ValidJson};
use shared_models::auth::{Login, Password, TokenAnswer};

use super::{Proved, SignedIn, Visitor, unstored};
use crate::{
    domain::{contact::Contact, email::Email, user::User},
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
    store::Stored,
    throttle::Origin,
};

/// Signs in with a password.
///
/// An unknown address and a wrong password get the same answer at the same cost. Failures are throttled by account and
/// by address; success clears them. Signing in to an account that is about to be erased keeps it.
#[utoipa::path(
    post, path = "/auth/login", operation_id = "login", tag = "auth", request_body = Login,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat within five minutes get the same tokens")),
    responses((status = 200, body = TokenAnswer)),
)]
pub(crate) async fn login(
    State(auth): State<AuthState>,
    visitor: Visitor,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<Login>,
) -> Result<Response, AuthError> {
    let contact = Contact::Email(Email::parse("/email", &body.email)?);
    let origin = Origin {
        account: Some(&contact),
        address: visitor.address,
    };
    auth.throttle.check(origin).await?;
    let intent = auth.intent(&key, auth.secrets.contact_id(&contact), &body)?;
    let proved = Proved {
        visitor: &visitor,
        intent: &intent,
        by: "password",
        is_new: false,
        keeps: false,
    };
    let signed_in = auth
        .signed_in_once(&intent, async || {
            let user = verified(&auth, origin, &contact, &body.password).await?;
            retrying(|| enter(&auth, &user, origin, proved)).await
        })
        .await?;
    Ok(unstored(StatusCode::OK, &signed_in.tokens))
}

/// The account of an address, if this is its password; a failure is counted.
async fn verified(
    auth: &Auth,
    origin: Origin<'_>,
    contact: &Contact,
    password: &Password,
) -> Result<User, AuthError> {
    let known = auth.users.reached_by(contact).await?.map(|user| user.value);
    let hash = known.as_ref().and_then(|user| user.password.as_deref());
    let right = auth.passwords.verify(password, hash).await?;
    if let Some(user) = known.filter(|_| right) {
        return Ok(user);
    }
    auth.throttle.count(origin).await?;
    Err(AuthError::WrongCredentials)
}

/// Signs in to the account as it is now, if its password still is the one that was verified.
async fn enter(
    auth: &Auth,
    verified: &User,
    origin: Origin<'_>,
    proved: Proved<'_>,
) -> Result<SignedIn, AuthError> {
    let user: Option<Stored<User>> = auth.users.find(verified.id).await?;
    let mut user = user
        .filter(|user| user.value.password == verified.password)
        .ok_or(AuthError::WrongCredentials)?;
    let mut batch = Batch::new();
    auth.throttle.clear(&mut batch, origin).await?;
    let keeps = auth.welcome(&mut batch, &mut user.value)?;
    if keeps {
        user.save(&mut batch)?;
    }
    auth.sign_in(batch, &user.value, Proved { keeps, ..proved }).await
}
