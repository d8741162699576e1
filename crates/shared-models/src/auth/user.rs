use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    identity::Role,
    ids::UserId,
    money::{Amount, Currency},
    text::Language,
};

/// A user, as her own sign-in tells her.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct User {
    pub id: UserId,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub role: Role,
    pub display_name: String,
    pub language: Language,
    pub region: Option<String>,
    pub craft: Option<String>,
}

/// What anybody may know of an artisan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PublicArtisan {
    pub id: UserId,
    pub display_name: String,
    pub language: Language,
    pub state: Option<String>,
    pub region: Option<String>,
    pub craft: Option<String>,
    /// 1 to 10.
    pub skill_level: Option<u8>,
    /// How many follow her.
    pub followers: u64,
    /// Whether the caller follows her; null when nobody is signed in.
    pub following: Option<bool>,
    pub member_since: DateTime<Utc>,
}

/// What other services need to know of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UserSummary {
    pub id: UserId,
    pub role: Role,
    pub display_name: String,
    pub language: Language,
    pub state: Option<String>,
    pub region: Option<String>,
    pub craft: Option<String>,
    /// 1 to 10.
    pub skill_level: Option<u8>,
    /// What an hour of her work costs at least, in major units of `currency`.
    pub hourly_wage: Option<Amount>,
    pub currency: Currency,
    /// EIP-55.
    pub wallet_address: Option<String>,
    /// Suspended by an admin, or about to be erased: she neither sells nor buys.
    pub suspended: bool,
    /// The account's revision, as in events: an older one never overwrites a newer.
    pub revision: u64,
}
