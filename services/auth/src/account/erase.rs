use backends::documents::Batch;
use serde_json::json;
use service_kit::jobs::{Job, JobError};
use shared_models::ids::UserId;

use crate::{events, state::Auth};

/// The kind of job that erases an account.
pub(crate) const ERASE_ACCOUNT: &str = "erase-account";
/// Documents forgotten in one commit.
const AT_ONCE: usize = 200;

/// Erases an account whose grace is over, and everything about it. What others hold of it, they erase on `user-deleted`.
///
/// The audit log stays: it knows the account by its id only.
pub(crate) async fn erase(auth: &Auth, job: Job) -> Result<Batch, JobError> {
    let id: UserId = job.read()?;
    let mut batch = Batch::new();
    let Some(user) = auth.users.find(id).await? else {
        return Ok(batch); // erased before
    };
    let over = user
        .value
        .closing
        .is_some_and(|closing| closing.erase_at <= auth.now());
    if !over {
        return Ok(batch); // she came back
    }
    // Each is forgotten for good, so an attempt that is cut off is gone on with.
    while auth.sessions.store.forget_some(id, AT_ONCE).await? {}
    while auth.follows.forget_some(id, AT_ONCE).await? {}
    auth.users.remove(&mut batch, &user);
    events::deleted(&auth.outbox, &mut batch, &user.value)?;
    auth.audit
        .append(&mut batch, "auth", "account-erased", id, json!({}))
        .await?;
    Ok(batch)
}
