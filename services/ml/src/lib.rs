#![doc = include_str!("../README.md")]

mod analyses;
mod config;
mod demand;
mod descriptions;
mod error;
mod events;
pub mod forecast;
mod gallery;
pub mod hedonic;
mod language;
mod listings;
mod market;
mod marketing;
mod paint;
mod photos;
mod price;
mod providers;
mod recommendations;
mod renderings;
mod routes;
mod state;
mod store;
pub mod vision;
pub mod words;

use std::sync::Arc;

use service_kit::{App, Kit, Service, StartError};

use crate::config::Config;

/// The ml service.
pub const SERVICE: Service = Service {
    name: "ml",
    about: "The single door to models: what a photo shows, what a piece is called, what will sell",
    peer: service_client::Service::Ml,
    collections: store::COLLECTIONS,
    settings: |env| Config::read(env).map(drop),
    build: |kit| Box::pin(build(kit)),
};

/// Builds the service from its kit.
#[expect(clippy::unused_async, reason = "every service is built by an async function")]
pub async fn build(mut kit: Kit) -> Result<App, StartError> {
    let config = Config::read(&mut kit.environment)?;
    let state = Arc::new(state::MlState::new(kit, &config));
    let background = events::background(&state);
    let background = market::background(demand::background(background, &state), &state);
    Ok(App::new(routes::routes().with_state(state)).with(background))
}
