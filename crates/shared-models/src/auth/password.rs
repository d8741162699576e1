use std::fmt;

use garde::Validate;
use serde::{Deserialize, Serialize};
use utoipa::{PartialSchema, ToSchema, openapi};

/// The most bytes of a password: more would only make hashing it dear.
pub const MAX_PASSWORD_BYTES: usize = 128;

/// A password on its way in: 1 to 128 bytes. Never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[serde(transparent)]
#[garde(transparent)]
pub struct Password(#[garde(length(bytes, min = 1, max = MAX_PASSWORD_BYTES))] String);

impl PartialSchema for Password {
    fn schema() -> openapi::RefOr<openapi::Schema> {
        openapi::ObjectBuilder::new()
            .schema_type(openapi::schema::Type::String)
            .format(Some(openapi::SchemaFormat::KnownFormat(
                openapi::KnownFormat::Password,
            )))
            .min_length(Some(1))
            .max_length(Some(MAX_PASSWORD_BYTES))
            .into()
    }
}

impl ToSchema for Password {}

impl Password {
    /// The text itself, to be hashed.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Password {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(…)")
    }
}

/// Asks for a code with which a new password can be set; exactly one of the two.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ForgotPassword {
    /// The account's address.
    #[garde(length(bytes, min = 3, max = 254))]
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// The account's number (E.164).
    #[garde(length(bytes, min = 8, max = 16))]
    #[serde(default)]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: Option<String>,
}

/// Sets a new password with a code; exactly one of e-mail and phone. Ends every session.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// Where the code went.
    #[garde(length(bytes, min = 3, max = 254))]
    #[serde(default)]
    #[schema(min_length = 3, max_length = 254)]
    pub email: Option<String>,
    /// Where the code went (E.164).
    #[garde(length(bytes, min = 8, max = 16))]
    #[serde(default)]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: Option<String>,
    /// Six digits.
    #[garde(length(bytes, min = 6, max = 6))]
    #[schema(min_length = 6, max_length = 6)]
    pub code: String,
    #[garde(dive)]
    pub new_password: Password,
}

/// Replaces a password that is known. Ends every other session.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    #[garde(dive)]
    pub current_password: Password,
    #[garde(dive)]
    pub new_password: Password,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_never_prints() {
        assert!(!format!("{:?}", Password::from("canary")).contains("canary"));
    }

    #[test]
    fn a_long_password_is_refused_by_its_bytes() {
        assert!(Password::from("é".repeat(64).as_str()).validate().is_ok());
        assert!(Password::from("é".repeat(65).as_str()).validate().is_err());
        assert!(Password::from("").validate().is_err());
    }
}
