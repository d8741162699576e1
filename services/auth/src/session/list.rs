use axum::{Json, extract::State};
use backends::documents::Batch;
use http::StatusCode;
use serde_json::json;
use service_kit::extract::{Caller, Page, PageLink, Path};
use shared_models::{
    auth::{self, Session},
    ids::SessionId,
};

use crate::{
    domain,
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
    store::{Slice, end_session},
};

/// The caller's sessions, one a signed-in device, the newest first.
#[utoipa::path(
    get, path = "/auth/sessions", operation_id = "list_sessions", tag = "auth", security(("bearer" = [])),
    params(
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("cursor" = Option<String>, Query, max_length = 2048, description = "From the Link of the page before"),
    ),
    responses((status = 200, body = Vec<Session>)),
)]
pub(crate) async fn list(
    State(auth): State<AuthState>,
    caller: Caller,
    page: Page,
) -> Result<(PageLink, Json<Vec<Session>>), AuthError> {
    let present = auth.present(&caller).await?;
    let (user, epoch) = (present.id(), present.user.value.epoch);
    let found = auth.sessions.store.of(user, epoch, Slice::from(&page)).await?;
    let (link, found) = page.cut(found, |(position, _)| position.clone());
    let now = auth.now();
    let alive = found.into_iter().filter(|(_, session)| session.expires_at > now);
    let sessions = alive
        .map(|(_, session)| view(&session, present.session))
        .collect();
    Ok((link, Json(sessions)))
}

fn view(session: &domain::session::Session, current: SessionId) -> auth::Session {
    auth::Session {
        id: session.id,
        device: session.device.clone(),
        current: session.id == current,
        created_at: session.created_at,
        last_used_at: session.used_at,
        expires_at: session.expires_at,
    }
}

/// Ends one of the caller's sessions.
#[utoipa::path(
    delete, path = "/auth/sessions/{id}", operation_id = "end_session", tag = "auth", security(("bearer" = [])),
    params(("id" = SessionId, Path, description = "The session")),
    responses((status = 204, description = "The session has ended")),
)]
pub(crate) async fn end_one(
    State(auth): State<AuthState>,
    caller: Caller,
    Path(id): Path<SessionId>,
) -> Result<StatusCode, AuthError> {
    let present = auth.present(&caller).await?;
    let session = auth.sessions.store.find(id).await?;
    let own = session.is_some_and(|session| session.value.user_id == present.id());
    if !own {
        return Err(AuthError::NoSuchSession);
    }
    let mut batch = Batch::new();
    end_session(&mut batch, id);
    auth.store.commit(batch).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all of the caller's sessions but the one that asks.
#[utoipa::path(
    delete, path = "/auth/sessions", operation_id = "end_other_sessions", tag = "auth", security(("bearer" = [])),
    responses((status = 204, description = "All other sessions have ended")),
)]
pub(crate) async fn end_others(
    State(auth): State<AuthState>,
    caller: Caller,
) -> Result<StatusCode, AuthError> {
    retrying(|| try_end_others(&auth, &caller)).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn try_end_others(auth: &Auth, caller: &Caller) -> Result<(), AuthError> {
    let mut present = auth.present(caller).await?;
    let mut batch = Batch::new();
    auth.end_other_sessions(&mut batch, &mut present).await?;
    present.user.save(&mut batch)?;
    let user = present.id();
    auth.audit
        .append(&mut batch, user, "sessions-ended", user, json!({}))
        .await?;
    Ok(auth.store.commit(batch).await?)
}

impl Auth {
    /// Ends every session of the caller but hers: raises the account's epoch, and takes her session along.
    pub(crate) async fn end_other_sessions(
        &self,
        batch: &mut Batch,
        present: &mut crate::state::Present,
    ) -> Result<(), AuthError> {
        let session = self.sessions.store.find(present.session).await?;
        let mut session = session.ok_or(AuthError::SessionEnded)?;
        present.user.value.epoch += 1;
        present.user.value.touch(self.now());
        session.value.epoch = present.user.value.epoch;
        Ok(session.save(batch)?)
    }
}
