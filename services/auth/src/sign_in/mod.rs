//! Signing up and signing in.

pub(crate) mod firebase;
pub(crate) mod login;
pub(crate) mod otp;
pub(crate) mod signup;

use std::net::IpAddr;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse, Response},
};
use backends::documents::Batch;
use http::{HeaderValue, StatusCode, header, request::Parts};
use serde::{Deserialize, Serialize};
use service_kit::{Answer, Problem, extract::ClientAddress, idempotency::Intent};
use shared_models::{
    auth::TokenAnswer,
    identity::Role,
    ids::{SessionId, UserId},
};

use crate::{domain::user::User, error::AuthError, events, state::Auth, store::add_session};

/// What a device may call itself; the rest is cut off.
const DEVICE: usize = 120;

/// The device that asks, and from where.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    pub(crate) device: String,
    pub(crate) address: Option<IpAddr>,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let ClientAddress(address) = ClientAddress::from_request_parts(parts, state).await?;
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or("").trim();
        let device = if agent.is_empty() { "unknown" } else { agent };
        Ok(Self {
            device: device.chars().take(DEVICE).collect(),
            address,
        })
    }
}

/// Somebody who has just signed in.
pub(crate) struct SignedIn {
    pub(crate) tokens: TokenAnswer,
    pub(crate) is_new: bool,
}

/// What a sign-in leaves with its idempotency key: enough to make its tokens again, and none of them.
#[derive(Debug, Serialize, Deserialize)]
struct Receipt {
    session: SessionId,
    user: UserId,
    is_new: bool,
}

/// How somebody proved who she is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proved<'a> {
    pub(crate) visitor: &'a Visitor,
    pub(crate) intent: &'a Intent,
    /// For the audit log.
    pub(crate) by: &'static str,
    pub(crate) is_new: bool,
    /// Whether signing in keeps an account that was about to be erased.
    pub(crate) keeps: bool,
}

impl Auth {
    /// Begins a session in `batch`, and commits it.
    pub(crate) async fn sign_in(
        &self,
        mut batch: Batch,
        user: &User,
        proved: Proved<'_>,
    ) -> Result<SignedIn, AuthError> {
        let session = self.sessions.begin(user, &proved.visitor.device).await?;
        // Without a signature nothing has happened: who asks again finds everything as it was.
        let tokens = self.sessions.tokens(&session, user).await?;
        add_session(&mut batch, &session)?;
        let detail = serde_json::json!({
            "by": proved.by, "new": proved.is_new, "erasure_cancelled": proved.keeps, "session": session.id,
        });
        self.audit
            .append(&mut batch, user.id, "sign-in", user.id, detail)
            .await?;
        let receipt = Receipt {
            session: session.id,
            user: user.id,
            is_new: proved.is_new,
        };
        let answer = Answer::json(StatusCode::OK, &receipt)?;
        let first: Receipt =
            serde_json::from_value(self.idempotency.commit(proved.intent, batch, answer).await?.body)?;
        if first.session != session.id {
            return self.signed_in_before(&first).await;
        }
        Ok(SignedIn {
            tokens,
            is_new: proved.is_new,
        })
    }

    /// Signs in unless that was done before with the same key; then answers the same tokens. When it is refused, it is
    /// asked once more whether somebody did it: of two requests at once, the second finds the first in its way. Not when
    /// nobody answers: she has waited for that once.
    pub(crate) async fn signed_in_once(
        &self,
        intent: &Intent,
        work: impl AsyncFnOnce() -> Result<SignedIn, AuthError>,
    ) -> Result<SignedIn, AuthError> {
        if let Some(before) = self.repeat(intent).await? {
            return Ok(before);
        }
        match work().await {
            Ok(signed_in) => Ok(signed_in),
            Err(refusal) if refusal.is_for_want_of_an_answer() => Err(refusal),
            Err(refusal) => match self.repeat(intent).await {
                Ok(Some(before)) => Ok(before),
                _ => Err(refusal),
            },
        }
    }

    /// The tokens of a sign-in that was asked for before with the same key.
    async fn repeat(&self, intent: &Intent) -> Result<Option<SignedIn>, AuthError> {
        match self.idempotency.replay(intent).await? {
            Some(answer) => {
                let receipt: Receipt = serde_json::from_value(answer.body)?;
                self.signed_in_before(&receipt).await.map(Some)
            }
            None => Ok(None),
        }
    }

    async fn signed_in_before(&self, receipt: &Receipt) -> Result<SignedIn, AuthError> {
        let (session, user) = futures::try_join!(
            self.sessions.store.find(receipt.session),
            self.users.find(receipt.user)
        )?;
        let (Some(session), Some(user)) = (session, user) else {
            return Err(AuthError::DoneBefore);
        };
        let untouched = session.value.generation == 1 && session.value.epoch == user.value.epoch;
        let fresh = session.value.used_at + crate::domain::code::LIFE > self.now();
        if !untouched || !fresh || user.value.is_withdrawn() {
            return Err(AuthError::DoneBefore);
        }
        Ok(SignedIn {
            tokens: self.sessions.tokens_again(&session.value, &user.value).await?,
            is_new: receipt.is_new,
        })
    }

    /// Adds to `batch` that whoever comes back in time keeps the account; says whether it was to be erased.
    pub(crate) fn welcome(&self, batch: &mut Batch, user: &mut User) -> Result<bool, AuthError> {
        if user.suspension.is_some() {
            return Err(AuthError::Suspended);
        }
        let Some(closing) = user.closing.take() else {
            return Ok(false);
        };
        if closing.erase_at <= self.now() {
            return Err(AuthError::WrongCredentials); // it is being erased
        }
        user.touch(self.now());
        events::updated(&self.outbox, batch, user, vec!["suspended".into()])?;
        Ok(true)
    }
}

/// What somebody is called who did not say.
fn newcomer_name(role: Role) -> String {
    match role {
        Role::Artisan => "Artisan".to_owned(),
        Role::Buyer | Role::Admin => "Buyer".to_owned(),
    }
}

/// Tokens are for the one who asked: no cache may keep them.
pub(crate) fn unstored(status: StatusCode, body: &impl Serialize) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    (
        status,
        [(header::CACHE_CONTROL, no_store)],
        Json(serde_json::json!(body)),
    )
        .into_response()
}
