use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{identity::Role, ids::UserId};

/// Looks for an account; exactly one of the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FindUser {
    #[garde(length(bytes, min = 3, max = 254))]
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// E.164.
    #[garde(length(bytes, min = 8, max = 16))]
    #[serde(default)]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: Option<String>,
}

/// Suspends an account.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// For the audit log; no personal data; 1 to 300 characters.
    #[garde(length(chars, min = 1, max = 300))]
    #[schema(min_length = 1, max_length = 300)]
    pub reason: String,
}

/// An account, as an admin sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AdminUser {
    pub id: UserId,
    pub role: Role,
    pub email: Option<String>,
    pub email_verified: bool,
    pub phone: Option<String>,
    pub phone_verified: bool,
    pub display_name: String,
    pub created_at: DateTime<Utc>,
    pub suspended_at: Option<DateTime<Utc>>,
    pub suspension_reason: Option<String>,
    /// When the account will be erased at its owner's wish.
    pub erase_at: Option<DateTime<Utc>>,
}

/// One entry of the audit log. The entries of a chain are numbered without gaps, each with the hash of the one before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    pub chain: u8,
    /// From 1.
    pub sequence: u64,
    pub at: DateTime<Utc>,
    /// A user's id, a service, or `command`.
    pub actor: String,
    /// `sign-in`, `role-granted`.
    pub act: String,
    /// Whom or what it was done to.
    pub subject: String,
    #[schema(value_type = Object)]
    pub detail: serde_json::Value,
    /// The hash of the entry before.
    pub previous: String,
    /// SHA-256.
    pub hash: String,
}
