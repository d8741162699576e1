//! Who asks: tokens checked, callers told apart.

mod access;
mod address;
pub(crate) mod admission;
mod caller;
pub mod google;
mod jose;
mod keys;
mod permissions;
mod service_tokens;

use backends::documents::Collection;

pub use access::{TokenError, Verifier};
pub use address::ClientAddress;
pub(crate) use address::household;
pub use admission::{Admission, Taken};
pub use caller::{Actor, Admin, Artisan, Buyer, Caller, OptionalCaller, ServiceCaller};
pub(crate) use service_tokens::{ServiceSigner, ServiceVerifier};

/// The signing keys of auth as last seen, so that a restart while auth is down still knows them.
pub(crate) const KEYS: &str = "signing_keys";

/// The collection of the last seen keys.
pub const COLLECTIONS: &[Collection] = &[Collection::keyed(KEYS)];
