use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::{SessionId, UserId};

/// A signed-in device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    pub id: SessionId,
    /// What the device called itself when it signed in.
    pub device: String,
    /// Whether this request came from it.
    pub current: bool,
    pub created_at: DateTime<Utc>,
    /// Of the last sign-in or refresh.
    pub last_used_at: DateTime<Utc>,
    /// When it ends unless it is used before.
    pub expires_at: DateTime<Utc>,
}

/// An account that will be erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AccountClosing {
    /// Until then, signing in keeps the account.
    pub erase_at: DateTime<Utc>,
}

/// An artisan whom the caller follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Following {
    pub artisan_id: UserId,
    pub since: DateTime<Utc>,
}
