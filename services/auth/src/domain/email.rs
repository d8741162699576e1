//! E-mail addresses: one spelling for one mailbox.

use email_address::EmailAddress;
use serde::{Deserialize, Serialize};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
use url::Host;

use super::Refused;

/// The most bytes of an address (RFC 5321, 4.5.3.1.3, without the angle brackets).
const MAX_BYTES: usize = 254;

/// A normalised address: lower case, the domain in its ASCII form. What is compared is also what mail is sent to,
/// so no two spellings can meet in one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Email(String);

impl Email {
    /// Reads the address of the field at `pointer`.
    pub(crate) fn parse(pointer: &str, text: &str) -> Result<Self, Refused> {
        Self::normalised(text)
            .map(Self)
            .ok_or_else(|| Refused::invalid(pointer, "must be an e-mail address such as sita@example.in"))
    }

    /// The address.
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    fn normalised(text: &str) -> Option<String> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@')?;
        let local = local_part(local)?;
        let email = format!("{local}@{}", domain_part(domain)?);
        (email.len() <= MAX_BYTES).then_some(email)
    }
}

/// Lower case, although RFC 5321 lets a host tell cases apart: none does, and two accounts would look alike.
fn local_part(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let sound = is_dot_atom(&lower)
        && is_compatible_form(text)
        && is_compatible_form(&lower)
        && !mixes_ascii_letters_with_others(&lower);
    sound.then_some(lower)
}

/// The unquoted form (RFC 5322, 3.2.3), with letters and marks of any script (RFC 6532). At most 64 bytes (RFC 5321).
fn is_dot_atom(local: &str) -> bool {
    let text = |c: char| match c {
        c if c.is_ascii() => c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c),
        c => c.is_alphanumeric() || is_combining_mark(c),
    };
    let whole = |atom: &str| !atom.is_empty() && atom.chars().all(text);
    local.len() <= 64 && local.split('.').all(whole)
}

fn domain_part(text: &str) -> Option<String> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.') || !c.is_ascii();
    if !is_compatible_form(text) || !text.chars().all(plain) {
        return None;
    }
    match Host::parse(text).ok()? {
        Host::Domain(domain) if domain.contains('.') && EmailAddress::is_valid_domain(&domain) => {
            Some(domain)
        }
        _ => None,
    }
}

/// Whether the text is in normal form KC already: `ｓita` and `sita` must not be two mailboxes that look alike.
fn is_compatible_form(text: &str) -> bool {
    text.nfkc().eq(text.chars())
}

/// Latin letters beside others are how look-alikes are made; a whole name in another script is somebody's name.
fn mixes_ascii_letters_with_others(local: &str) -> bool {
    !local.is_ascii() && local.chars().any(|c| c.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn email(text: &str) -> Option<String> {
        Email::normalised(text)
    }

    #[test]
    fn one_mailbox_has_one_spelling() {
        assert_eq!(
            email(" Sita.Devi+craft@Example.IN ").unwrap(),
            "sita.devi+craft@example.in"
        );
        assert_eq!(
            email("sita@उदाहरण.भारत").unwrap(),
            "sita@xn--p1b6ci4b4b3a.xn--h2brj9c"
        );
        assert_eq!(email("संपर्क@example.in").unwrap(), "संपर्क@example.in");
    }

    #[test]
    fn look_alikes_are_refused() {
        for text in [
            "s\u{456}ta@example.in",    // a Cyrillic i
            "ｓita@example.in",         // full width
            "s\u{131}ta@example.in",    // a dotless i
            "\u{212a}amala@example.in", // the Kelvin sign
            "sita\u{200b}@example.in",  // zero width
            "s\u{e9}ta@example.in",
            "sita@exam\u{ff0e}ple.in",
            "sita@exa%6dple.in",
        ] {
            assert_eq!(email(text), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "sita",
            "@example.in",
            "sita@",
            "sita@localhost",
            "sita@127.0.0.1",
            "sita@[::1]",
            "a b@example.in",
            "\"sita\"@example.in",
            "sita@example..in",
            "sita@-example.in",
            "<sita@example.in>",
            "sita@example.in\r\nBcc: x",
            "sita@example.in,other@example.in",
            ".sita@example.in",
        ] {
            assert_eq!(email(text), None, "{text:?}");
        }
        assert_eq!(email(&format!("{}@example.in", "a".repeat(250))), None);
    }

    proptest! {
        #[test]
        fn normalising_twice_changes_nothing(text in "\\PC{1,20}@[a-zA-Zअ-ह0-9.-]{1,20}\\.in") {
            if let Some(once) = email(&text) {
                prop_assert_eq!(email(&once), Some(once.clone()));
                prop_assert_eq!(once.to_lowercase(), once);
            }
        }

        #[test]
        fn case_never_makes_two(local in "[a-z0-9.]{1,20}", domain in "[a-z0-9]{1,20}") {
            let lower = format!("{local}@{domain}.in");
            prop_assert_eq!(email(&lower), email(&lower.to_uppercase()));
        }
    }
}
