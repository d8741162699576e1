use serde::{Deserialize, Serialize};

use super::{EventBody, Topic};
use crate::{identity::Role, ids::UserId};

/// An account was created. Carries no personal data: who needs more asks auth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserRegistered {
    pub user_id: UserId,
    pub role: Role,
}

impl EventBody for UserRegistered {
    const TOPIC: Topic = Topic::UserRegistered;
}

/// The public part of a profile changed, or the account was suspended or restored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserUpdated {
    pub user_id: UserId,
    /// The names of the fields that changed.
    #[serde(default)]
    pub changed_fields: Vec<String>,
    /// Whether the account is suspended now.
    #[serde(default)]
    pub suspended: bool,
}

impl EventBody for UserUpdated {
    const TOPIC: Topic = Topic::UserUpdated;
}

/// An account was erased.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserDeleted {
    pub user_id: UserId,
}

impl EventBody for UserDeleted {
    const TOPIC: Topic = Topic::UserDeleted;
}
