use axum::{extract::State, response::Response};
use backends::documents::Batch;
use http::StatusCode;
use service_kit::extract::{IdempotencyKey, ValidJson};
use shared_models::auth::{Password, Signup, TokenAnswer};

use super::{Proved, SignedIn, Visitor, unstored};
use crate::{
    domain::{
        contact::Contact,
        email::Email,
        text,
        user::{Owned, User},
    },
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Creates an account with a password, and signs it in.
///
/// An address that has an account is 409. The address is not verified yet, which hinders neither signing in nor listing.
#[utoipa::path(
    post, path = "/auth/signup", operation_id = "signup", tag = "auth", request_body = Signup,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat within five minutes get the same tokens")),
    responses((status = 201, body = TokenAnswer)),
)]
pub(crate) async fn signup(
    State(auth): State<AuthState>,
    visitor: Visitor,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<Signup>,
) -> Result<Response, AuthError> {
    let email = Email::parse("/email", &body.email)?;
    let account = account(&auth, &body, email.clone())?;
    let contact = Contact::Email(email);
    let intent = auth.intent(&key, auth.secrets.contact_id(&contact), &body)?;
    let proved = Proved {
        visitor: &visitor,
        intent: &intent,
        by: "password",
        is_new: true,
        keeps: false,
    };
    let signed_in = auth
        .signed_in_once(&intent, async || {
            if auth.users.reached_by(&contact).await?.is_some() {
                return Err(AuthError::EmailTaken);
            }
            let account = with_password(&auth, account, &body.password).await?;
            retrying(|| register(&auth, &account, &contact, proved)).await
        })
        .await?;
    Ok(unstored(StatusCode::CREATED, &signed_in.tokens))
}

async fn with_password(auth: &Auth, account: User, password: &Password) -> Result<User, AuthError> {
    let mut about_her = vec![account.display_name.clone(), "craftchain".to_owned()];
    about_her.extend(
        account
            .contacts()
            .iter()
            .map(|contact| contact.as_str().to_owned()),
    );
    let hash = auth.passwords.hash_new("/password", password, about_her).await?;
    Ok(User {
        password: Some(hash),
        ..account
    })
}

fn account(auth: &Auth, body: &Signup, email: Email) -> Result<User, AuthError> {
    let name = text::line("/display_name", &body.display_name, text::LINE)?;
    let language = body.language.unwrap_or_default();
    let user = User::new(auth.ids.fresh(), body.role.into(), name, language, auth.now());
    Ok(User {
        email: Some(Owned {
            value: email,
            verified: false,
        }),
        region: text::optional_line("/region", body.region.as_deref(), text::LINE)?,
        craft: text::optional_line("/craft", body.craft.as_deref(), text::LINE)?,
        ..user
    })
}

/// The account, its claim of the address, its event and its first session, or nothing of that.
async fn register(
    auth: &Auth,
    account: &User,
    contact: &Contact,
    proved: Proved<'_>,
) -> Result<SignedIn, AuthError> {
    if auth.users.reached_by(contact).await?.is_some() {
        return Err(AuthError::EmailTaken);
    }
    let mut batch = Batch::new();
    auth.users.add(&mut batch, account)?;
    events::registered(&auth.outbox, &mut batch, account)?;
    auth.sign_in(batch, account, proved).await
}
