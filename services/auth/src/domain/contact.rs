//! Where a person can be reached.

use serde::{Deserialize, Serialize};

use super::{Refused, email::Email, phone::Phone};

/// An address or a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Contact {
    Email(Email),
    Phone(Phone),
}

impl Contact {
    /// Reads the one of two fields that is there.
    pub(crate) fn one_of(email: Option<&str>, phone: Option<&str>) -> Result<Self, Refused> {
        match (email, phone) {
            (Some(email), None) => Email::parse("/email", email).map(Self::Email),
            (None, Some(phone)) => Phone::parse("/phone", phone).map(Self::Phone),
            (None, None) => Err(Refused {
                code: "required",
                ..Refused::invalid("/email", "or phone must be given")
            }),
            (Some(_), Some(_)) => Err(Refused::invalid("/phone", "goes without an email")),
        }
    }

    /// Tells an address from a number where both are hashed.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Phone(_) => "phone",
        }
    }

    /// The address or the number.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Phone(phone) => phone.as_str(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_one_is_given() {
        assert!(Contact::one_of(Some("sita@example.in"), None).is_ok());
        assert!(Contact::one_of(None, Some("+919876543210")).is_ok());
        assert!(Contact::one_of(None, None).is_err());
        assert!(Contact::one_of(Some("sita@example.in"), Some("+919876543210")).is_err());
    }
}
