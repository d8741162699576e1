use chrono::{DateTime, Utc};
use garde::Validate;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use super::PayoutMethodView;
use crate::{
    identity::Role,
    ids::UserId,
    money::{Amount, Currency},
    text::Language,
};

/// The most addresses of one account.
pub const MAX_ADDRESSES: usize = 10;

/// Everything that a user may know of her own account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Profile {
    pub id: UserId,
    pub role: Role,
    pub email: Option<String>,
    pub email_verified: bool,
    pub phone: Option<String>,
    pub phone_verified: bool,
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
    pub addresses: Vec<Address>,
    pub payout_method: Option<PayoutMethodView>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// Where things are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Address {
    /// `home`; up to 40 characters.
    #[garde(length(chars, min = 1, max = 40))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 40)]
    pub label: Option<String>,
    /// Who receives it; 1 to 80 characters.
    #[garde(length(chars, min = 1, max = 80))]
    #[schema(min_length = 1, max_length = 80)]
    pub name: String,
    /// E.164.
    #[garde(length(bytes, min = 8, max = 16))]
    #[serde(default)]
    #[schema(min_length = 8, max_length = 16)]
    pub phone: Option<String>,
    /// House and street; 1 to 200 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200)]
    pub line1: String,
    /// Up to 200 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 200)]
    pub line2: Option<String>,
    /// 1 to 80 characters.
    #[garde(length(chars, min = 1, max = 80))]
    #[schema(min_length = 1, max_length = 80)]
    pub city: String,
    /// Up to 80 characters.
    #[garde(length(chars, min = 1, max = 80))]
    #[serde(default)]
    #[schema(min_length = 1, max_length = 80)]
    pub state: Option<String>,
    /// 3 to 12 letters and digits.
    #[garde(length(bytes, min = 3, max = 12))]
    #[schema(min_length = 3, max_length = 12)]
    pub postal_code: String,
    /// ISO 3166-1 alpha-2: `IN`.
    #[garde(length(bytes, min = 2, max = 2))]
    #[schema(min_length = 2, max_length = 2)]
    pub country: String,
}

/// Changes of a profile (RFC 7396): what is left out stays, null clears, an array replaces the whole.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ProfilePatch {
    /// 1 to 80 characters of any script; cannot be cleared.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(deserialize_with = "present")]
    #[schema(nullable = false, min_length = 1, max_length = 80)]
    pub display_name: Option<String>,
    /// Cannot be cleared.
    #[garde(skip)]
    #[serde(deserialize_with = "present")]
    #[schema(nullable = false)]
    pub language: Option<Language>,
    /// Up to 80 characters; decides the wage floor.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    pub state: Option<Option<String>>,
    /// Up to 80 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    pub region: Option<Option<String>>,
    /// Up to 80 characters.
    #[garde(length(chars, min = 1, max = 200))]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 80)]
    pub craft: Option<Option<String>>,
    /// 1 to 10.
    #[garde(range(min = 1, max = 10))]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<u8>, minimum = 1, maximum = 10)]
    pub skill_level: Option<Option<u8>>,
    /// More than nothing and at most 100000 an hour.
    #[garde(skip)]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<Amount>)]
    pub hourly_wage: Option<Option<Amount>>,
    /// Of the hourly wage.
    #[garde(skip)]
    #[serde(deserialize_with = "present")]
    #[schema(nullable = false)]
    pub currency: Option<Currency>,
    /// EIP-55, or all in lower case.
    #[garde(length(bytes, min = 42, max = 42))]
    #[serde(deserialize_with = "present")]
    #[schema(value_type = Option<String>, min_length = 42, max_length = 42)]
    pub wallet_address: Option<Option<String>>,
    /// Up to ten.
    #[garde(length(max = MAX_ADDRESSES), dive)]
    #[serde(deserialize_with = "present")]
    #[schema(nullable = false, max_items = 10)]
    pub addresses: Option<Vec<Address>>,
}

/// A field that is there, whatever its value: serde would read null as left out.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn left_out_null_and_a_value_are_three_things() {
        let patch: ProfilePatch = serde_json::from_str(r#"{"state":null,"craft":"weaving"}"#).unwrap();
        assert_eq!(patch.region, None);
        assert_eq!(patch.state, Some(None));
        assert_eq!(patch.craft, Some(Some("weaving".into())));
    }

    #[test]
    fn a_name_cannot_be_cleared_and_unknown_fields_are_refused() {
        for body in [
            r#"{"display_name":null}"#,
            r#"{"role":"admin"}"#,
            r#"{"email":"a@b.in"}"#,
        ] {
            assert!(serde_json::from_str::<ProfilePatch>(body).is_err(), "{body}");
        }
    }
}
