//! An account.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use shared_models::{
    auth::{self, Address, PayoutMethod},
    identity::Role,
    ids::UserId,
    money::{Currency, Money},
    text::Language,
};

use super::{contact::Contact, email::Email, firebase::FirebaseId, payout, phone::Phone};

/// Something by which a user can be reached, and whether she proved it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Owned<T> {
    pub(crate) value: T,
    pub(crate) verified: bool,
}

/// An admin's doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Suspension {
    pub(crate) at: DateTime<Utc>,
    pub(crate) by: UserId,
    pub(crate) reason: String,
}

/// The owner's wish to be forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Closing {
    pub(crate) requested_at: DateTime<Utc>,
    pub(crate) erase_at: DateTime<Utc>,
}

/// An account as it is stored.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct User {
    pub(crate) id: UserId,
    pub(crate) role: Role,
    pub(crate) display_name: String,
    pub(crate) language: Language,
    #[serde(default)]
    pub(crate) email: Option<Owned<Email>>,
    #[serde(default)]
    pub(crate) phone: Option<Owned<Phone>>,
    #[serde(default)]
    pub(crate) state: Option<String>,
    #[serde(default)]
    pub(crate) region: Option<String>,
    #[serde(default)]
    pub(crate) craft: Option<String>,
    #[serde(default)]
    pub(crate) skill_level: Option<u8>,
    #[serde(default)]
    pub(crate) hourly_wage: Option<Money>,
    #[serde(default)]
    pub(crate) currency: Currency,
    #[serde(default)]
    pub(crate) wallet_address: Option<String>,
    #[serde(default)]
    pub(crate) addresses: Vec<Address>,
    #[serde(default)]
    pub(crate) payout: Option<PayoutMethod>,
    /// A PHC string of argon2id.
    #[serde(default)]
    pub(crate) password: Option<String>,
    /// Who she is at Firebase, when she has signed in there.
    #[serde(default)]
    pub(crate) firebase: Option<FirebaseId>,
    /// Raised to end all sessions at once.
    #[serde(default)]
    pub(crate) epoch: u64,
    #[serde(default)]
    pub(crate) suspension: Option<Suspension>,
    #[serde(default)]
    pub(crate) closing: Option<Closing>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// Raised with every change: orders events.
    pub(crate) revision: u64,
    /// Raised with every edit of the profile: what `If-Match` compares.
    pub(crate) profile_revision: u64,
    /// Of another version of this service.
    #[serde(flatten)]
    pub(crate) rest: Map<String, Value>,
}

impl User {
    /// A new account without anything to sign in by.
    pub(crate) fn new(
        id: UserId,
        role: Role,
        display_name: String,
        language: Language,
        now: DateTime<Utc>,
    ) -> Self {
        Self {
            id,
            role,
            display_name,
            language,
            email: None,
            phone: None,
            state: None,
            region: None,
            craft: None,
            skill_level: None,
            hourly_wage: None,
            currency: Currency::INR,
            wallet_address: None,
            addresses: Vec::new(),
            payout: None,
            password: None,
            firebase: None,
            epoch: 0,
            suspension: None,
            closing: None,
            created_at: now,
            updated_at: now,
            revision: 1,
            profile_revision: 1,
            rest: Map::new(),
        }
    }

    /// Marks a change.
    pub(crate) fn touch(&mut self, now: DateTime<Utc>) {
        self.revision += 1;
        self.updated_at = now;
    }

    /// Whether others should treat the account as if it were not there.
    pub(crate) fn is_withdrawn(&self) -> bool {
        self.suspension.is_some() || self.closing.is_some()
    }

    /// Where a code is sent: the number, or the address where there is none.
    pub(crate) fn reachable_by(&self) -> Option<Contact> {
        let phone = self
            .phone
            .as_ref()
            .map(|phone| Contact::Phone(phone.value.clone()));
        phone.or_else(|| {
            self.email
                .as_ref()
                .map(|email| Contact::Email(email.value.clone()))
        })
    }

    /// The contact of the same kind as `contact`.
    pub(crate) fn contact_like(&self, contact: &Contact) -> Option<Contact> {
        match contact {
            Contact::Email(_) => self
                .email
                .as_ref()
                .map(|email| Contact::Email(email.value.clone())),
            Contact::Phone(_) => self
                .phone
                .as_ref()
                .map(|phone| Contact::Phone(phone.value.clone())),
        }
    }

    /// Takes a contact that was proved, in the place of one of its kind. Says whether that changed anything.
    pub(crate) fn prove(&mut self, contact: &Contact) -> bool {
        let before = (self.email.clone(), self.phone.clone());
        match contact {
            Contact::Email(email) => {
                self.email = Some(Owned {
                    value: email.clone(),
                    verified: true,
                });
            }
            Contact::Phone(phone) => {
                self.phone = Some(Owned {
                    value: phone.clone(),
                    verified: true,
                });
            }
        }
        before != (self.email.clone(), self.phone.clone())
    }

    /// Whether she proved that this is hers.
    pub(crate) fn has_proved(&self, contact: &Contact) -> bool {
        let verified = match contact {
            Contact::Email(_) => self.email_verified(),
            Contact::Phone(_) => self.phone_verified(),
        };
        verified && self.contact_like(contact).as_ref() == Some(contact)
    }

    /// Every address and number that the account is found by.
    pub(crate) fn contacts(&self) -> Vec<Contact> {
        let email = self
            .email
            .as_ref()
            .map(|email| Contact::Email(email.value.clone()));
        let phone = self
            .phone
            .as_ref()
            .map(|phone| Contact::Phone(phone.value.clone()));
        email.into_iter().chain(phone).collect()
    }
}

/// What each audience sees.
impl User {
    pub(crate) fn signed_in(&self) -> auth::User {
        auth::User {
            id: self.id,
            email: self.email_text(),
            phone: self.phone_text(),
            role: self.role,
            display_name: self.display_name.clone(),
            language: self.language,
            region: self.region.clone(),
            craft: self.craft.clone(),
        }
    }

    pub(crate) fn profile(&self) -> auth::Profile {
        auth::Profile {
            id: self.id,
            role: self.role,
            email: self.email_text(),
            email_verified: self.email_verified(),
            phone: self.phone_text(),
            phone_verified: self.phone_verified(),
            display_name: self.display_name.clone(),
            language: self.language,
            state: self.state.clone(),
            region: self.region.clone(),
            craft: self.craft.clone(),
            skill_level: self.skill_level,
            hourly_wage: self.hourly_wage.map(Money::amount),
            currency: self.currency,
            wallet_address: self.wallet_address.clone(),
            addresses: self.addresses.clone(),
            payout_method: self.payout.as_ref().map(payout::view),
            created_at: self.created_at,
            updated_at: self.updated_at,
        }
    }

    pub(crate) fn summary(&self) -> auth::UserSummary {
        auth::UserSummary {
            id: self.id,
            role: self.role,
            display_name: self.display_name.clone(),
            language: self.language,
            state: self.state.clone(),
            region: self.region.clone(),
            craft: self.craft.clone(),
            skill_level: self.skill_level,
            hourly_wage: self.hourly_wage.map(Money::amount),
            currency: self.currency,
            wallet_address: self.wallet_address.clone(),
            suspended: self.is_withdrawn(),
            revision: self.revision,
        }
    }

    pub(crate) fn public(&self, followers: u64, following: Option<bool>) -> auth::PublicArtisan {
        auth::PublicArtisan {
            id: self.id,
            display_name: self.display_name.clone(),
            language: self.language,
            state: self.state.clone(),
            region: self.region.clone(),
            craft: self.craft.clone(),
            skill_level: self.skill_level,
            followers,
            following,
            member_since: self.created_at,
        }
    }

    pub(crate) fn for_admin(&self) -> auth::AdminUser {
        auth::AdminUser {
            id: self.id,
            role: self.role,
            email: self.email_text(),
            email_verified: self.email_verified(),
            phone: self.phone_text(),
            phone_verified: self.phone_verified(),
            display_name: self.display_name.clone(),
            created_at: self.created_at,
            suspended_at: self.suspension.as_ref().map(|suspension| suspension.at),
            suspension_reason: self
                .suspension
                .as_ref()
                .map(|suspension| suspension.reason.clone()),
            erase_at: self.closing.map(|closing| closing.erase_at),
        }
    }

    pub(crate) fn contact_answer(&self) -> auth::VerifyContactAnswer {
        auth::VerifyContactAnswer {
            email: self.email_text(),
            email_verified: self.email_verified(),
            phone: self.phone_text(),
            phone_verified: self.phone_verified(),
        }
    }

    fn email_text(&self) -> Option<String> {
        self.email.as_ref().map(|email| email.value.as_str().to_owned())
    }

    fn phone_text(&self) -> Option<String> {
        self.phone.as_ref().map(|phone| phone.value.as_str().to_owned())
    }

    fn email_verified(&self) -> bool {
        self.email.as_ref().is_some_and(|email| email.verified)
    }

    fn phone_verified(&self) -> bool {
        self.phone.as_ref().is_some_and(|phone| phone.verified)
    }
}
