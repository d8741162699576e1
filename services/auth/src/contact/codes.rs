use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use service_kit::{
    Answer,
    extract::{Caller, ClientAddress, IdempotencyKey, ValidJson},
    idempotency::Intent,
};
use shared_models::auth::{CodePurpose, CodeRequest, CodeSent};
use std::net::IpAddr;

use crate::{
    codes::Proof,
    error::AuthError,
    retry::retrying,
    sign_in::otp::code_sent,
    state::{Auth, AuthState},
};

/// Sends the caller a code for what her token alone may not do: to her number, or her address where she has none.
#[utoipa::path(
    post, path = "/auth/codes", operation_id = "send_code", tag = "auth", security(("bearer" = [])), request_body = CodeRequest,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat sends no second code")),
    responses((status = 202, body = CodeSent)),
)]
pub(crate) async fn send(
    State(auth): State<AuthState>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<CodeRequest>,
) -> Result<Response, AuthError> {
    let intent = auth.intent(&key, caller.user_id, &body)?;
    let sent = retrying(|| try_send(&auth, &caller, body.purpose, address, &intent)).await?;
    Ok(sent.into_response())
}

async fn try_send(
    auth: &Auth,
    caller: &Caller,
    purpose: CodePurpose,
    address: Option<IpAddr>,
    intent: &Intent,
) -> Result<Answer, AuthError> {
    let user = auth.present(caller).await?.user.value;
    if let Some(before) = auth.idempotency.replay(intent).await? {
        return Ok(before);
    }
    let contact = user.reachable_by().ok_or(AuthError::NotReachable)?;
    let proof = Proof {
        contact: &contact,
        purpose: purpose.into(),
        user: Some(user.id),
    };
    let mut batch = Batch::new();
    auth.codes.send(&mut batch, proof, user.language, address).await?;
    Ok(auth.idempotency.commit(intent, batch, code_sent()?).await?)
}
