//! Events: what happened, told to every service that cares.
//!
//! The bodies are the proto3 JSON mapping of the schemas in `proto/craftchain/events/v1/`.

mod demand;
mod envelope;
mod listing;
mod media;
mod product;
mod user;

pub use demand::{OrderCompleted, UserBehavior};
pub use envelope::{Event, EventBody, Topic};
pub use listing::{MlAnalysisCompleted, PriceSuggested};
pub use media::MediaUploaded;
pub use product::{ProductCreated, ProductUpdated};
pub use user::{UserDeleted, UserRegistered, UserUpdated};
