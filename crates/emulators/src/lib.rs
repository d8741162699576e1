#![doc = include_str!("../README.md")]
#![expect(
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    reason = "a test whose server does not start cannot go on"
)]

mod corrected;
pub mod faults;
mod ports;
mod server;
mod vault;

pub use corrected::Corrected;
pub use ports::{free_port, free_ports};
pub use server::{FIRESTORE, PUBSUB, STORAGE, Server, redis_url};
pub use vault::Vault;
