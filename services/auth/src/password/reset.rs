use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::{Value, json};
use service_kit::{
    Answer,
    extract::{ClientAddress, IdempotencyKey, ValidJson},
    idempotency::Intent,
};
use shared_models::auth::ResetPassword;
use std::net::IpAddr;

use crate::{
    codes::Proof,
    domain::{code::Purpose, contact::Contact},
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Sets a new password with a code, and ends every session.
#[utoipa::path(
    post, path = "/auth/password/reset", operation_id = "reset_password", tag = "auth", request_body = ResetPassword,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat gets the first answer")),
    responses((status = 204, description = "The password is set; sign in with it")),
)]
pub(crate) async fn reset(
    State(auth): State<AuthState>,
    ClientAddress(address): ClientAddress,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<ResetPassword>,
) -> Result<Response, AuthError> {
    let contact = Contact::one_of(body.email.as_deref(), body.phone.as_deref())?;
    let intent = auth.intent(&key, auth.secrets.contact_id(&contact), &body)?;
    let done = auth
        .idempotency
        .once(&intent, async || {
            let about_her = vec![contact.as_str().to_owned(), "craftchain".to_owned()];
            let new = &body.new_password;
            let hash = auth.passwords.hash_new("/new_password", new, about_her).await?;
            retrying(|| try_reset(&auth, &contact, &body.code, &hash, address, &intent)).await
        })
        .await?;
    Ok(done.into_response())
}

async fn try_reset(
    auth: &Auth,
    contact: &Contact,
    code: &str,
    hash: &str,
    address: Option<IpAddr>,
    intent: &Intent,
) -> Result<Answer, AuthError> {
    let proof = Proof {
        contact,
        purpose: Purpose::ResetPassword,
        user: None,
    };
    let mut batch = Batch::new();
    auth.codes.redeem(&mut batch, proof, code, address).await?;
    // Without an account no code was sent, so nobody gets here by more than a guess.
    let mut user = auth
        .users
        .reached_by(contact)
        .await?
        .ok_or(AuthError::WrongCode)?;
    user.value.password = Some(hash.to_owned());
    user.value.epoch += 1;
    user.value.prove(contact);
    user.value.touch(auth.now());
    user.save(&mut batch)?;
    let (id, detail) = (user.value.id, json!({ "by": contact.kind() }));
    auth.audit
        .append(&mut batch, id, "password-reset", id, detail)
        .await?;
    let answer = Answer::json(StatusCode::NO_CONTENT, &Value::Null)?;
    Ok(auth.idempotency.commit(intent, batch, answer).await?)
}
