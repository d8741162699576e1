//! Two small services to be killed and starved: `ledger` keeps entries and tells of each with an event,
//! `reader` counts what it is told.
//!
//! They are built on the kit as every service is. What they add is a way to see each promise from outside.

mod api;
mod books;
pub mod command;
mod footing;
mod process;
mod reader;

use backends::documents::{Collection, Index};
pub use books::{Book, Books, are_sound};
pub use footing::Footing;
pub use process::{Member, Running, Start};
use serde::{Deserialize, Serialize};
use service_kit::Service;
use shared_models::events::{EventBody, Topic};

/// Keeps entries.
pub const LEDGER: Service = Service {
    name: "ledger",
    about: "Keeps entries and tells of each.",
    peer: service_client::Service::Analytics,
    collections: &[Collection {
        name: ENTRIES,
        indexes: &[Index::on(&["request"])],
        followed: false,
    }],
    settings: |_| Ok(()),
    build: |kit| Box::pin(async { Ok(api::build(kit)) }),
};

/// Counts the entries that it is told of.
pub const READER: Service = Service {
    name: "reader",
    about: "Counts the entries that it is told of.",
    peer: service_client::Service::Notification,
    collections: &[Collection::keyed(COUNTS)],
    settings: |_| Ok(()),
    build: |kit| Box::pin(async { Ok(reader::build(kit)) }),
};

const ENTRIES: &str = "entries";
const COUNTS: &str = "counts";

/// What a client asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, garde::Validate)]
#[serde(deny_unknown_fields)]
pub struct NewEntry {
    /// The client's own number: an effect that happened twice shows as two entries with it.
    #[garde(skip)]
    pub request: u64,
    #[garde(length(max = 1000))]
    pub note: String,
}

/// What is kept; its id is the ledger's choice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: String,
    pub request: u64,
    pub note: String,
}

/// How often the reader was told of an entry; anything but once is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Count {
    pub request: u64,
    pub times: u64,
}

/// An entry was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Written {
    request: u64,
}

impl EventBody for Written {
    const TOPIC: Topic = Topic::ProductCreated;
}
