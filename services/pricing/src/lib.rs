#![doc = include_str!("../README.md")]

pub mod commands;
mod competitors;
mod config;
mod domain;
mod error;
mod listings;
mod market;
mod optimum;
mod prices;
mod routes;
mod state;
mod store;
mod wages;

use std::sync::Arc;

use service_kit::{App, Background, Kit, Service, StartError};

use crate::{config::Config, state::PricingState};

/// The pricing service.
pub const SERVICE: Service = Service {
    name: "pricing",
    about: "Prices that never undercut the wage",
    peer: service_client::Service::Pricing,
    collections: store::COLLECTIONS,
    settings: |env| Config::read(env).map(drop),
    build: |kit| Box::pin(build(kit)),
};

/// Builds the service from its kit.
#[expect(clippy::unused_async, reason = "every service is built by an async function")]
pub async fn build(mut kit: Kit) -> Result<App, StartError> {
    let config = Config::read(&mut kit.environment)?;
    let state = Arc::new(PricingState::new(kit, config));
    let background = listings::background(Background::default(), &state);
    let background = market::background(background, &state);
    let background = competitors::background(background, &state);
    Ok(App::new(routes::routes().with_state(state)).with(background))
}
