//! What only admins may: look at accounts, suspend and restore them, read the audit log.

pub(crate) mod audit;
pub(crate) mod users;

use service_kit::extract::Admin;

use crate::{error::AuthError, state::Auth};

impl Auth {
    /// Refuses a token that outlived its holder's role or session.
    pub(crate) async fn acting(&self, admin: &Admin) -> Result<(), AuthError> {
        self.present(&admin.0).await.map(drop)
    }
}
