#![doc = include_str!("../README.md")]

mod accounts;
mod catalogue;
mod domain;
mod enrichment;
mod error;
mod events;
mod internal;
mod inventory;
mod likes;
mod photos;
mod products;
mod profiles;
mod routes;
pub mod search;
mod state;
mod store;
mod suspension;

use std::sync::Arc;

use service_kit::{App, Kit, Service, StartError};

/// The product service.
pub const SERVICE: Service = Service {
    name: "product",
    about: "Listings, their stock, and who likes them",
    peer: service_client::Service::Product,
    collections: store::COLLECTIONS,
    settings: |_| Ok(()),
    build: |kit| Box::pin(build(kit)),
};

/// Builds the service from its kit.
#[expect(clippy::unused_async, reason = "every service is built by an async function")]
pub async fn build(kit: Kit) -> Result<App, StartError> {
    let state = Arc::new(state::ProductState::new(kit));
    let background = enrichment::background(events::background(&state), &state);
    let background = background.follow("search", search::follow(state.clone()));
    Ok(App::new(routes::routes().with_state(state)).with(background))
}
