use axum::{extract::State, response::Response};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::json;
use service_kit::extract::{IdempotencyKey, ValidJson};
use shared_models::{
    auth::{FirebaseSignIn, OtpAnswer, SignupRole},
    text::Language,
};

use super::{Proved, SignedIn, Visitor, newcomer_name, unstored};
use crate::{
    domain::{firebase::FirebasePerson, text, user::User},
    error::AuthError,
    events,
    retry::retrying,
    state::{Auth, AuthState},
    store::Stored,
};

/// Signs in with a Firebase ID token. Who is not known yet becomes an account (201).
///
/// She is known by who she is at Firebase, and the first time by an address or a number that both Firebase and the
/// account saw proved. Off (404) unless a project is set.
#[utoipa::path(
    post, path = "/auth/firebase", operation_id = "sign_in_with_firebase", tag = "auth", request_body = FirebaseSignIn,
    params(("Idempotency-Key" = Option<String>, Header, description = "Makes a repeat within five minutes get the same tokens")),
    responses((status = 200, body = OtpAnswer), (status = 201, body = OtpAnswer)),
)]
pub(crate) async fn firebase(
    State(auth): State<AuthState>,
    visitor: Visitor,
    key: IdempotencyKey,
    ValidJson(body): ValidJson<FirebaseSignIn>,
) -> Result<Response, AuthError> {
    let name = text::optional_line("/display_name", body.display_name.as_deref(), text::LINE)?;
    let firebase = auth.firebase.as_ref().ok_or(AuthError::NoFirebase)?;
    let person = firebase.person(&body.id_token).await?;
    let newcomer = Newcomer {
        name,
        role: body.role.unwrap_or(SignupRole::Buyer),
        language: body.language.unwrap_or_default(),
        person: &person,
    };
    let principal = auth.secrets.firebase_id(&person.id);
    // Not the token: a repeat may come with a newer one.
    let meant = json!({ "role": body.role, "display_name": body.display_name, "language": body.language });
    let intent = auth.intent(&key, principal, &meant)?;
    let proved = Proved {
        visitor: &visitor,
        intent: &intent,
        by: "firebase",
        is_new: false,
        keeps: false,
    };
    let signed_in = auth
        .signed_in_once(&intent, async || {
            retrying(|| enter(&auth, &newcomer, proved)).await
        })
        .await?;
    let status = if signed_in.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    let answer = OtpAnswer::of(signed_in.tokens, signed_in.is_new);
    Ok(unstored(status, &answer))
}

/// Somebody from Firebase, and what her account is to be if there is none.
struct Newcomer<'a> {
    person: &'a FirebasePerson,
    name: Option<String>,
    role: SignupRole,
    language: Language,
}

impl Newcomer<'_> {
    fn account(&self, auth: &Auth) -> User {
        let told = self.person.name.as_deref();
        let told = told.and_then(|name| text::line("/id_token", name, text::LINE).ok());
        let role = self.role.into();
        let name = self.name.clone().or(told).unwrap_or_else(|| newcomer_name(role));
        let mut user = User::new(auth.ids.fresh(), role, name, self.language, auth.now());
        user.firebase = Some(self.person.id.clone());
        for contact in &self.person.contacts {
            user.prove(contact);
        }
        user
    }
}

async fn enter(auth: &Auth, newcomer: &Newcomer<'_>, proved: Proved<'_>) -> Result<SignedIn, AuthError> {
    let mut batch = Batch::new();
    let Some(mut user) = known(auth, newcomer.person).await? else {
        let user = newcomer.account(auth);
        auth.users.add(&mut batch, &user)?;
        events::registered(&auth.outbox, &mut batch, &user)?;
        let proved = Proved {
            is_new: true,
            ..proved
        };
        return auth.sign_in(batch, &user, proved).await;
    };
    let keeps = auth.welcome(&mut batch, &mut user.value)?;
    let id = &newcomer.person.id;
    let links = user.value.firebase.as_ref() != Some(id);
    if links {
        auth.users.link(&mut batch, &mut user.value, id)?;
        user.value.touch(auth.now());
    }
    if keeps || links {
        user.save(&mut batch)?;
    }
    let by = if links { "firebase, linked" } else { proved.by };
    let proved = Proved { by, keeps, ..proved };
    auth.sign_in(batch, &user.value, proved).await
}

/// The account that is hers already. One that only claims her address is not: whoever made it may know its password.
async fn known(auth: &Auth, person: &FirebasePerson) -> Result<Option<Stored<User>>, AuthError> {
    if let Some(user) = auth.users.known_at_firebase(&person.id).await? {
        return Ok(Some(user));
    }
    let mut claimed = false;
    for contact in &person.contacts {
        if let Some(user) = auth.users.reached_by(contact).await? {
            if user.value.has_proved(contact) {
                return Ok(Some(user));
            }
            claimed = true;
        }
    }
    if claimed {
        return Err(AuthError::UnprovedContact);
    }
    Ok(None)
}
