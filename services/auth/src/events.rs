//! What auth publishes: ids, never personal data. It consumes nothing.

use backends::documents::Batch;
use service_kit::outbox::Outbox;
use shared_models::events::{UserDeleted, UserRegistered, UserUpdated};

use crate::domain::user::User;

pub(crate) fn registered(outbox: &Outbox, batch: &mut Batch, user: &User) -> backends::Result<()> {
    let body = UserRegistered {
        user_id: user.id,
        role: user.role,
    };
    outbox.emit(batch, user.id, user.revision, &body)
}

/// What others see of the account changed.
pub(crate) fn updated(
    outbox: &Outbox,
    batch: &mut Batch,
    user: &User,
    changed_fields: Vec<String>,
) -> backends::Result<()> {
    let body = UserUpdated {
        user_id: user.id,
        changed_fields,
        suspended: user.is_withdrawn(),
    };
    outbox.emit(batch, user.id, user.revision, &body)
}

pub(crate) fn deleted(outbox: &Outbox, batch: &mut Batch, user: &User) -> backends::Result<()> {
    let body = UserDeleted { user_id: user.id };
    outbox.emit(batch, user.id, user.revision + 1, &body)
}
