use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use service_kit::extract::{AcceptLanguage, ClientAddress, IdempotencyKey, ValidJson};
use shared_models::auth::{CodeSent, ForgotPassword};

use crate::{
    codes::Proof,
    domain::{code::Purpose, contact::Contact},
    error::AuthError,
    retry::retrying,
    state::AuthState,
};

/// Sends a code with which a new password can be set. The answer, and what it costs, are the same without an account.
#[utoipa::path(
    post, path = "/auth/password/forgot", operation_id = "forgot_password", tag = "auth", request_body = ForgotPassword,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat sends no second code")),
    responses((status = 202, body = CodeSent)),
)]
pub(crate) async fn forgot(
    State(auth): State<AuthState>,
    ClientAddress(address): ClientAddress,
    key: IdempotencyKey,
    AcceptLanguage(languages): AcceptLanguage,
    ValidJson(body): ValidJson<ForgotPassword>,
) -> Result<Response, AuthError> {
    let contact = Contact::one_of(body.email.as_deref(), body.phone.as_deref())?;
    let intent = auth.intent(&key, auth.secrets.contact_id(&contact), &body)?;
    let language = languages.first().copied().unwrap_or_default();
    let proof = Proof {
        contact: &contact,
        purpose: Purpose::ResetPassword,
        user: None,
    };
    let sent = auth
        .idempotency
        .once(&intent, async || {
            retrying(|| auth.send_code(proof, language, address, &intent)).await
        })
        .await?;
    Ok(sent.into_response())
}
