//! Extractors: who asks for what, checked before a handler sees it.
//!
//! In a handler's signature the caller comes first, so that 401 precedes every look at the rest.

mod idempotency_key;
mod if_match;
mod json;
mod language;
mod objects;
mod page;
mod path;
mod prefer;
mod query;

pub use idempotency_key::IdempotencyKey;
pub use if_match::IfMatch;
pub use json::{ValidJson, read as read_json};
pub use language::AcceptLanguage;
pub use page::{Page, PageLink, decode as decode_cursor, encode as encode_cursor};
pub use path::Path;
pub use prefer::Prefer;
pub use query::Query;

pub use crate::identity::{
    Actor, Admin, Artisan, Buyer, Caller, ClientAddress, OptionalCaller, ServiceCaller,
};
