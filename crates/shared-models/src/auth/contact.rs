use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Password;

/// What a code is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// To set how one is paid.
    PayoutMethod,
    /// To add or replace an address or a number.
    ChangeContact,
}

/// A code is under way, or would be if there were somebody to get it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeSent {
    /// Seconds that it is good for.
    pub expires_in: u64,
}

/// Asks for a code at one's own number, or address where there is none.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeRequest {
    #[garde(skip)]
    pub purpose: CodePurpose,
}

/// Verifies an address or a number; exactly one of the two. Without `code`, one is sent there.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyContact {
    #[garde(length(bytes, min = 3, max = 254))]
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// E.164.
    #[garde(length(bytes, min = 8, max = 16))]
    #[serde(default)]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: Option<String>,
    /// Six digits, from the message.
    #[garde(length(bytes, min = 6, max = 6))]
    #[serde(default)]
    #[schema(min_length = 6, max_length = 6)]
    pub code: Option<String>,
    /// To add or replace: the account's password, or `confirmation`.
    #[garde(dive)]
    #[serde(default)]
    pub password: Option<Password>,
    /// To add or replace: a code of the purpose `change_contact`, sent to what the account has.
    #[garde(length(bytes, min = 6, max = 6))]
    #[serde(default)]
    #[schema(min_length = 6, max_length = 6)]
    pub confirmation: Option<String>,
}

/// The account's contacts after one was verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VerifyContactAnswer {
    pub email: Option<String>,
    pub email_verified: bool,
    pub phone: Option<String>,
    pub phone_verified: bool,
}
