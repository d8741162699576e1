//! Identifiers: one type a thing, so that a user's id is never taken for a product's.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// The text is not a UUID.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be a UUID such as 01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77")]
pub struct InvalidId;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(
            Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
        )]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = InvalidId;

            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }
    };
}

id!(
    /// A person: the `sub` of her tokens, and `artisan_id` or `buyer_id` wherever she acts as one.
    UserId
);
id!(
    /// A listing.
    ProductId
);
id!(
    /// An uploaded file.
    FileId
);
id!(
    /// A buyer's order.
    OrderId
);
id!(
    /// A signed-in device: the family of its refresh tokens.
    SessionId
);
id!(
    /// One event; consumers count an event once by it.
    EventId
);
id!(
    /// One job of a service's job queue.
    JobId
);
