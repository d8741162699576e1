use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use backends::documents::{Batch, Position};
use http::{HeaderValue, header};
use serde_json::{Value, json};
use service_kit::{Problem, audit::Entry, extract::Caller};
use shared_models::{auth::Following, ids::UserId};

use crate::{
    domain::{session::Session, user::User},
    error::AuthError,
    retry::retrying,
    state::{Auth, AuthState},
    store::Slice,
};

/// Entries read at once.
const PAGE: usize = 500;

/// Everything that auth holds about the caller, as a file.
#[utoipa::path(
    get, path = "/auth/export", operation_id = "export_account", tag = "auth", security(("bearer" = [])),
    responses((status = 200, description = "A JSON file", body = Object, content_type = "application/json")),
)]
pub(crate) async fn export(State(auth): State<AuthState>, caller: Caller) -> Result<Response, AuthError> {
    let user = auth.present(&caller).await?.user.value;
    let file = json!({
        "exported_at": auth.now(),
        "profile": user.profile(),
        "firebase": user.firebase,
        "sessions": sessions(&auth, &user).await?,
        "following": following(&auth, user.id).await?,
        "audit": audit(&auth, user.id).await?,
    });
    retrying(|| record(&auth, user.id)).await?;
    let name = format!("attachment; filename=\"craftchain-account-{}.json\"", user.id);
    let name = HeaderValue::try_from(name).map_err(Problem::internal)?;
    let headers = [
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    Ok((headers, Json(file)).into_response())
}

async fn record(auth: &Auth, id: UserId) -> Result<(), AuthError> {
    let mut batch = Batch::new();
    auth.audit
        .append(&mut batch, id, "data-exported", id, json!({}))
        .await?;
    Ok(auth.store.commit(batch).await?)
}

async fn sessions(auth: &Auth, user: &User) -> Result<Vec<Value>, AuthError> {
    let sessions = every(|after| auth.sessions.store.of(user.id, user.epoch, part(after))).await?;
    let view = |session: Session| {
        json!({
            "id": session.id, "device": session.device, "created_at": session.created_at,
            "last_used_at": session.used_at, "expires_at": session.expires_at,
        })
    };
    Ok(sessions.into_iter().map(view).collect())
}

async fn following(auth: &Auth, id: UserId) -> Result<Vec<Following>, AuthError> {
    every(|after| auth.follows.of(id, part(after))).await
}

async fn audit(auth: &Auth, id: UserId) -> Result<Vec<Value>, AuthError> {
    let subject = id.to_string();
    let entries = every(|after| auth.audit.read(Some(&subject), after, PAGE)).await?;
    let view = |entry: Entry| json!({ "at": entry.at, "act": entry.act, "detail": entry.detail });
    Ok(entries.into_iter().map(view).collect())
}

fn part(after: Option<Position>) -> Slice {
    Slice {
        after,
        offset: 0,
        limit: PAGE,
    }
}

/// Every page of a list.
async fn every<T, F>(page: impl Fn(Option<Position>) -> F) -> Result<Vec<T>, AuthError>
where
    F: Future<Output = backends::Result<Vec<(Position, T)>>>,
{
    let mut all = Vec::new();
    let mut after: Option<Position> = None;
    loop {
        let found = page(after).await?;
        let last = found.len() < PAGE;
        after = found.last().map(|(position, _)| position.clone());
        all.extend(found.into_iter().map(|(_, one)| one));
        if last {
            return Ok(all);
        }
    }
}
