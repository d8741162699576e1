#![doc = include_str!("../README.md")]

mod config;
mod domain;
mod error;
mod events;
mod files;
mod links;
mod listings;
mod routes;
mod shelf;
mod slow;
mod state;
mod store;
mod studio;
mod sweep;
mod uploads;

use std::sync::Arc;

use service_kit::{App, Kit, Service, StartError};

use crate::config::Config;

/// The media service.
pub const SERVICE: Service = Service {
    name: "media",
    about: "Photos: taken in, cleaned, measured and served",
    peer: service_client::Service::Media,
    collections: store::COLLECTIONS,
    settings: |env| Config::read(env).map(drop),
    build: |kit| Box::pin(build(kit)),
};

/// Builds the service from its kit.
pub async fn build(mut kit: Kit) -> Result<App, StartError> {
    let config = Config::read(&mut kit.environment)?;
    let state = Arc::new(state::MediaState::new(kit, &config).await?);
    let background = events::background(&state);
    Ok(App::new(routes::routes().with_state(state)).with(background))
}
