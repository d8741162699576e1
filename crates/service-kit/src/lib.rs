#![doc = include_str!("../README.md")]

mod answer;
mod app;
pub mod audit;
mod background;
mod chassis;
pub mod command;
pub mod extract;
pub mod harness;
mod hear_out;
mod hold;
pub mod idempotency;
pub mod identity;
pub mod inbox;
pub mod jobs;
mod kit;
pub mod leases;
mod memo;
pub mod metrics;
pub mod outbox;
mod problem;
mod process;
mod service;
mod sweeps;
mod tagged;
mod tasks;
pub mod telemetry;

pub use answer::Answer;
pub use app::{App, Check, Connections, Description, Hop};
pub use background::Background;
pub use chassis::{RequestContext, Route, serve};
pub use command::{main, main_with};
pub use hear_out::hear_out;
pub use kit::Kit;
pub use memo::Memo;
pub use problem::Problem;
pub use process::{Process, StartError};
pub use service::Service;
pub use tagged::{Tag, Tagged};
pub use tasks::Tasks;

/// The collections that the kit keeps in every service's store.
pub const COLLECTIONS: &[&[backends::documents::Collection]] = &[
    outbox::COLLECTIONS,
    inbox::COLLECTIONS,
    idempotency::COLLECTIONS,
    jobs::COLLECTIONS,
    leases::COLLECTIONS,
    audit::COLLECTIONS,
    identity::COLLECTIONS,
];
