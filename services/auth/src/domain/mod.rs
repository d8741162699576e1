//! Pure rules: no clock, no store, no HTTP.

pub(crate) mod code;
pub(crate) mod contact;
pub(crate) mod counter;
pub(crate) mod email;
pub(crate) mod firebase;
pub(crate) mod key_ring;
pub(crate) mod payout;
pub(crate) mod phone;
pub(crate) mod profile;
pub(crate) mod session;
pub(crate) mod text;
pub(crate) mod user;
pub(crate) mod wallet;

/// A field's value was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refused {
    /// A JSON pointer.
    pub(crate) pointer: String,
    pub(crate) code: &'static str,
    pub(crate) detail: &'static str,
}

impl Refused {
    /// The value means nothing.
    pub(crate) fn invalid(pointer: impl Into<String>, detail: &'static str) -> Self {
        Self {
            pointer: pointer.into(),
            code: "invalid",
            detail,
        }
    }
}
