use axum::{Json, extract::State};
use serde::{Deserialize, Deserializer, de};
use service_kit::{
    audit::Entry,
    extract::{Admin, Page, PageLink, Query},
};
use shared_models::auth::AuditEntry;

use crate::{error::AuthError, state::AuthState};

/// The longest subject: an id or a name.
const MAX_SUBJECT: usize = 100;

/// Which entries.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    /// Of this subject only: a user's id, or `token-keys`.
    #[serde(default, deserialize_with = "subject")]
    subject: Option<String>,
}

fn subject<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.len() <= MAX_SUBJECT {
        return Ok(Some(text));
    }
    Err(de::Error::custom("must be at most 100 characters"))
}

/// The audit log, the newest entries first.
#[utoipa::path(
    get, path = "/auth/admin/audit", operation_id = "list_audit_entries", tag = "admin", security(("bearer" = [])),
    params(
        ("subject" = Option<String>, Query, max_length = 100, description = "A user's id, or token-keys"),
        ("limit" = Option<usize>, Query, minimum = 1, maximum = 100, description = "Default 20"),
        ("cursor" = Option<String>, Query, max_length = 2048, description = "From the Link of the page before"),
    ),
    responses((status = 200, body = Vec<AuditEntry>)),
)]
pub(crate) async fn list(
    State(auth): State<AuthState>,
    admin: Admin,
    page: Page,
    Query(wanted): Query<Wanted>,
) -> Result<(PageLink, Json<Vec<AuditEntry>>), AuthError> {
    auth.acting(&admin).await?;
    let (link, entries) = auth.audit.recent(wanted.subject.as_deref(), &page).await?;
    Ok((link, Json(entries.into_iter().map(view).collect())))
}

fn view(entry: Entry) -> AuditEntry {
    AuditEntry {
        chain: entry.chain,
        sequence: entry.sequence,
        at: entry.at,
        actor: entry.actor,
        act: entry.act,
        subject: entry.subject,
        detail: entry.detail,
        previous: entry.previous,
        hash: entry.hash,
    }
}
