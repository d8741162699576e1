use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use http::StatusCode;
use service_kit::{
    Answer,
    extract::{Caller, ClientAddress, IdempotencyKey, ValidJson},
    idempotency::Intent,
};
use shared_models::{
    auth::{CodeRequest, CodeSent},
    text::Language,
};
use std::net::IpAddr;

use crate::{
    codes::Proof,
    domain::code::LIFE,
    error::AuthError,
    retry::retrying,
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
    let user = auth.present(&caller).await?.user.value;
    let contact = user.reachable_by().ok_or(AuthError::NotReachable)?;
    let proof = Proof {
        contact: &contact,
        purpose: body.purpose.into(),
        user: Some(user.id),
    };
    let sent = auth
        .idempotency
        .once(&intent, async || {
            retrying(|| auth.send_code(proof, user.language, address, &intent)).await
        })
        .await?;
    Ok(sent.into_response())
}

impl Auth {
    /// Sends a code, and remembers with the request's key that it did.
    pub(crate) async fn send_code(
        &self,
        proof: Proof<'_>,
        language: Language,
        address: Option<IpAddr>,
        intent: &Intent,
    ) -> Result<Answer, AuthError> {
        let mut batch = Batch::new();
        self.codes.send(&mut batch, proof, language, address).await?;
        let sent = CodeSent {
            expires_in: LIFE.num_seconds().unsigned_abs(),
        };
        let answer = Answer::json(StatusCode::ACCEPTED, &sent)?;
        Ok(self.idempotency.commit(intent, batch, answer).await?)
    }
}
