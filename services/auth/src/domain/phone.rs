//! Telephone numbers (E.164).

use serde::{Deserialize, Serialize};

use super::Refused;

/// `+` and 7 to 15 digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Phone(String);

impl Phone {
    /// Reads the number of the field at `pointer`.
    pub(crate) fn parse(pointer: &str, text: &str) -> Result<Self, Refused> {
        let digits = text.strip_prefix('+').unwrap_or("");
        let sound = (7..=15).contains(&digits.len())
            && digits.bytes().all(|byte| byte.is_ascii_digit())
            && !digits.starts_with('0');
        if !sound {
            return Err(Refused::invalid(
                pointer,
                "must be a number in E.164 such as +919876543210",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The number.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it begins with one of these calling codes. No code is the beginning of another (ITU-T E.164).
    pub(crate) fn is_in(&self, calling_codes: &[u16]) -> bool {
        calling_codes
            .iter()
            .any(|code| self.0[1..].starts_with(&code.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_e164_is_a_number() {
        assert!(Phone::parse("/phone", "+919876543210").is_ok());
        for text in [
            "9876543210",
            "+0198765432",
            "+91 98765 43210",
            "+12345",
            "+1234567890123456",
            "+९१9876543210",
            "",
        ] {
            assert!(Phone::parse("/phone", text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_number_is_in_the_countries_of_its_calling_code() {
        let phone = Phone::parse("/phone", "+919876543210").unwrap();
        assert!(phone.is_in(&[1, 91]));
        assert!(!phone.is_in(&[92, 1]));
        assert!(!phone.is_in(&[]));
    }
}
