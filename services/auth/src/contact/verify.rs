use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use serde_json::json;
use service_kit::extract::{Caller, ClientAddress, IdempotencyKey, ValidJson};
use shared_models::auth::{CodeSent, VerifyContact, VerifyContactAnswer};
use std::net::IpAddr;

use crate::{
    codes::Proof,
    domain::{code::Purpose, contact::Contact, user::User},
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Verifies an address or a number of the caller.
///
/// Without `code` one is sent there (202, the same whoever has it); with it the contact is verified (200). One that the
/// account does not have yet is added, or takes the place of the one of its kind: that also needs the account's
/// password, or as `confirmation` a code of the purpose `change_contact`, so that a stolen token cannot take an
/// account over.
#[utoipa::path(
    post, path = "/auth/verify-contact", operation_id = "verify_contact", tag = "auth", security(("bearer" = [])), request_body = VerifyContact,
    params(("Idempotency-Key" = Option<String>, Header, description = "A repeat sends no second code")),
    responses((status = 200, body = VerifyContactAnswer), (status = 202, body = CodeSent)),
)]
pub(crate) async fn verify(
    State(auth): State<AuthState>,
    caller: Caller,
    ClientAddress(address): ClientAddress,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<VerifyContact>,
) -> Result<Response, AuthError> {
    let contact = Contact::one_of(body.email.as_deref(), body.phone.as_deref())?;
    let intent = auth.intent(&key, caller.user_id, &body)?;
    let request = Request {
        auth: &auth,
        caller: &caller,
        contact: &contact,
        address,
    };
    let Some(code) = &body.code else {
        let language = auth.present(&caller).await?.user.value.language;
        let sent = auth
            .idempotency
            .once(&intent, async || {
                retrying(|| auth.send_code(request.proof(), language, address, &intent)).await
            })
            .await?;
        return Ok(sent.into_response());
    };
    let confirmed = request.check_password(&body).await?;
    let user = retrying(|| request.take(code, confirmed, body.confirmation.as_deref())).await?;
    Ok(Json(user.contact_answer()).into_response())
}

/// Who wants which contact.
struct Request<'a> {
    auth: &'a Auth,
    caller: &'a Caller,
    contact: &'a Contact,
    address: Option<IpAddr>,
}

impl Request<'_> {
    fn proof(&self) -> Proof<'_> {
        Proof {
            contact: self.contact,
            purpose: Purpose::VerifyContact,
            user: Some(self.caller.user_id),
        }
    }

    /// Whether the request came with the account's password; a wrong one is refused.
    async fn check_password(&self, body: &VerifyContact) -> Result<bool, AuthError> {
        let user = self.auth.present(self.caller).await?.user.value;
        match &body.password {
            Some(password) => {
                self.auth.check_password(&user, password, self.address).await?;
                Ok(true)
            }
            None => Ok(false),
        }
    }

    async fn take(&self, code: &str, confirmed: bool, confirmation: Option<&str>) -> Result<User, AuthError> {
        let auth = self.auth;
        let mut user = auth.present(self.caller).await?.user;
        let id = user.value.id;
        let mut batch = Batch::new();
        let before = user.value.contact_like(self.contact);
        let own = before.as_ref() == Some(self.contact);
        if !own && !confirmed {
            self.confirm(&mut batch, &user.value, confirmation).await?;
        }
        auth.codes
            .redeem(&mut batch, self.proof(), code, self.address)
            .await?;
        if !own {
            if auth.users.reached_by(self.contact).await?.is_some() {
                return Err(AuthError::ContactTaken);
            }
            auth.users.claim(&mut batch, self.contact, id)?;
            if let Some(before) = &before {
                auth.users.release(&mut batch, before);
            }
        }
        user.value.prove(self.contact);
        user.value.touch(auth.now());
        user.save(&mut batch)?;
        let detail = json!({ "kind": self.contact.kind(), "changed": !own });
        auth.audit
            .append(&mut batch, id, "contact-verified", id, detail)
            .await?;
        auth.store.commit(batch).await?;
        Ok(user.value)
    }

    /// A code that was sent to what the account has already.
    async fn confirm(
        &self,
        batch: &mut Batch,
        user: &User,
        confirmation: Option<&str>,
    ) -> Result<(), AuthError> {
        let code = confirmation.ok_or(AuthError::NeedsConfirmation)?;
        let known = user.reachable_by().ok_or(AuthError::NotReachable)?;
        let proof = Proof {
            contact: &known,
            purpose: Purpose::ChangeContact,
            user: Some(user.id),
        };
        self.auth.codes.redeem(batch, proof, code, self.address).await
    }
}
