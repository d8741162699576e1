//! People as Firebase knows them.

use serde::{Deserialize, Serialize};

use super::{contact::Contact, email::Email, phone::Phone};

/// The most characters of a uid (Firebase's rules of ID tokens).
const MAX_UID: usize = 128;
/// Signed in as nobody in particular.
const ANONYMOUS: &str = "anonymous";

/// Who somebody is at Firebase; a uid says so within one project only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FirebaseId {
    pub(crate) project: String,
    pub(crate) uid: String,
}

/// What an ID token says beside what every token says.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct IdClaims {
    sub: String,
    /// When she signed in; seconds since 1970.
    pub(crate) auth_time: u64,
    #[serde(default)]
    email: Option<String>,
    #[serde(default)]
    email_verified: bool,
    #[serde(default)]
    phone_number: Option<String>,
    #[serde(default)]
    name: Option<String>,
    firebase: How,
}

#[derive(Debug, Clone, Deserialize)]
struct How {
    sign_in_provider: String,
}

/// Somebody who signed in at Firebase, as far as it matters here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct FirebasePerson {
    pub(crate) id: FirebaseId,
    /// What Firebase saw proved, most telling first. It takes no number without a code.
    pub(crate) contacts: Vec<Contact>,
    pub(crate) name: Option<String>,
}

impl IdClaims {
    pub(crate) fn is_anonymous(&self) -> bool {
        self.firebase.sign_in_provider == ANONYMOUS
    }

    /// The person; nobody when the uid is none of Firebase's.
    pub(crate) fn person(self, project: &str) -> Option<FirebasePerson> {
        if self.sub.is_empty() || self.sub.chars().count() > MAX_UID {
            return None;
        }
        let phone = self.phone_number.as_deref();
        let phone = phone.and_then(|phone| Phone::parse("/id_token", phone).ok());
        let email = self.email.as_deref().filter(|_| self.email_verified);
        let email = email.and_then(|email| Email::parse("/id_token", email).ok());
        let contacts = phone.map(Contact::Phone).into_iter();
        Some(FirebasePerson {
            id: FirebaseId {
                project: project.to_owned(),
                uid: self.sub,
            },
            contacts: contacts.chain(email.map(Contact::Email)).collect(),
            name: self.name,
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn person(more: &serde_json::Value) -> Option<FirebasePerson> {
        let mut claims = json!({ "sub": "u1", "auth_time": 1, "firebase": { "sign_in_provider": "phone" } });
        claims
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        IdClaims::deserialize(claims).unwrap().person("kilns")
    }

    #[test]
    fn only_what_was_proved_counts() {
        let contacts = |more| person(&more).unwrap().contacts.len();
        assert_eq!(contacts(json!({})), 0);
        assert_eq!(contacts(json!({ "email": "sita@example.in" })), 0);
        assert_eq!(
            contacts(json!({ "email": "sita@example.in", "email_verified": false })),
            0
        );
        assert_eq!(
            contacts(json!({ "email": "sita@example.in", "email_verified": true })),
            1
        );
        assert_eq!(contacts(json!({ "phone_number": "+919876543210" })), 1);
        assert_eq!(contacts(json!({ "phone_number": "no number" })), 0);
    }

    #[test]
    fn a_uid_has_1_to_128_characters() {
        assert!(person(&json!({ "sub": "u".repeat(128) })).is_some());
        assert!(person(&json!({ "sub": "u".repeat(129) })).is_none());
        assert!(person(&json!({ "sub": "" })).is_none());
    }
}
