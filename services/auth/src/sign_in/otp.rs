use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use http::StatusCode;
use service_kit::extract::{AcceptLanguage, ClientAddress, IdempotencyKey, ValidJson};
use shared_models::{
    auth::{CodeSent, OtpAnswer, OtpRequest, OtpVerify, SignupRole},
    identity::Role,
    text::Language,
};

use super::{Proved, SignedIn, Visitor, newcomer_name, unstored};
use crate::{
    codes::Proof,
    domain::{code::Purpose, contact::Contact, phone::Phone, text, user::User},
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
};

/// Sends a code by text message; the same for a number with and without an account.
#[utoipa::path(
    post, path = "/auth/otp", operation_id = "request_sign_in_code", tag = "auth", request_body = OtpRequest,
    params(
        ("Idempotency-Key" = Option<String>, Header, description = "A repeat sends no second code"),
        ("Accept-Language" = Option<String>, Header, description = "Of the message, for a number without an account"),
    ),
    responses((status = 202, body = CodeSent)),
)]
pub(crate) async fn request(
    State(auth): State<AuthState>,
    ClientAddress(address): ClientAddress,
    key: IdempotencyKey,
    AcceptLanguage(languages): AcceptLanguage,
    ValidJson(body): ValidJson<OtpRequest>,
) -> Result<Response, AuthError> {
    let contact = Contact::Phone(Phone::parse("/phone", &body.phone)?);
    let intent = auth.intent(&key, auth.secrets.contact_id(&contact), &body)?;
    let language = languages.first().copied().unwrap_or_default();
    let proof = Proof {
        contact: &contact,
        purpose: Purpose::SignIn,
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

/// Signs in with a code. A number without an account becomes one (201).
#[utoipa::path(
    post, path = "/auth/otp/verify", operation_id = "sign_in_with_code", tag = "auth", request_body = OtpVerify,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat within five minutes get the same tokens")),
    responses((status = 200, body = OtpAnswer), (status = 201, body = OtpAnswer)),
)]
pub(crate) async fn verify(
    State(auth): State<AuthState>,
    visitor: Visitor,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<OtpVerify>,
) -> Result<Response, AuthError> {
    let phone = Phone::parse("/phone", &body.phone)?;
    let name = text::optional_line("/display_name", body.display_name.as_deref(), text::LINE)?;
    let newcomer = Newcomer {
        contact: Contact::Phone(phone),
        role: body.role.unwrap_or(SignupRole::Buyer).into(),
        name,
        language: body.language.unwrap_or_default(),
    };
    let principal = auth.secrets.contact_id(&newcomer.contact);
    let intent = auth.intent(&key, principal, &body)?;
    let proved = Proved {
        visitor: &visitor,
        intent: &intent,
        by: "code",
        is_new: false,
        keeps: false,
    };
    let signed_in = auth
        .signed_in_once(&intent, async || {
            retrying(|| enter(&auth, &newcomer, &body.code, proved)).await
        })
        .await?;
    let status = if signed_in.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(unstored(
        status,
        &OtpAnswer::of(signed_in.tokens, signed_in.is_new),
    ))
}

/// Whoever has the number, and what the account is to be if there is none.
struct Newcomer {
    contact: Contact,
    role: Role,
    name: Option<String>,
    language: Language,
}

impl Newcomer {
    fn account(&self, auth: &Auth) -> User {
        let name = self.name.clone().unwrap_or_else(|| newcomer_name(self.role));
        let mut user = User::new(auth.ids.fresh(), self.role, name, self.language, auth.now());
        user.prove(&self.contact);
        user
    }
}

async fn enter(
    auth: &Auth,
    newcomer: &Newcomer,
    code: &str,
    proved: Proved<'_>,
) -> Result<SignedIn, AuthError> {
    let proof = Proof {
        contact: &newcomer.contact,
        purpose: Purpose::SignIn,
        user: None,
    };
    let mut batch = Batch::new();
    auth.codes
        .redeem(&mut batch, proof, code, proved.visitor.address)
        .await?;
    let Some(mut user) = auth.users.reached_by(&newcomer.contact).await? else {
        let user = newcomer.account(auth);
        auth.users.add(&mut batch, &user)?;
        events::registered(&auth.outbox, &mut batch, &user)?;
        return auth
            .sign_in(
                batch,
                &user,
                Proved {
                    is_new: true,
                    ..proved
                },
            )
            .await;
    };
    let keeps = auth.welcome(&mut batch, &mut user.value)?;
    let verified = user.value.prove(&newcomer.contact);
    if verified {
        user.value.touch(auth.now());
    }
    if keeps || verified {
        user.save(&mut batch)?;
    }
    auth.sign_in(batch, &user.value, Proved { keeps, ..proved }).await
}
