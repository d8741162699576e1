#![doc = include_str!("../README.md")]

mod account;
mod admin;
mod artisans;
mod codes;
pub mod commands;
mod config;
mod contact;
mod delivery;
mod domain;
mod duties;
mod error;
mod events;
mod firebase;
mod internal;
mod jwks;
mod messages;
mod password;
mod passwords;
mod profile;
mod retry;
mod routes;
mod secrets;
mod session;
mod sessions;
mod sign_in;
mod state;
mod store;
mod throttle;
mod token_keys;

use service_kit::{App, Kit, Service, StartError};

use crate::{config::Config, state::Auth};

/// Accounts, sessions and the keys of access tokens.
pub const SERVICE: Service = Service {
    name: "auth",
    about: "Accounts, sessions and the keys of access tokens.",
    peer: service_client::Service::Auth,
    collections: store::COLLECTIONS,
    settings: |env| Config::read(env).map(drop),
    build: |kit| Box::pin(build(kit)),
};

/// Builds the service.
pub async fn build(mut kit: Kit) -> Result<App, StartError> {
    let auth = Auth::open(&mut kit).await?;
    let duties = duties::duties(&auth);
    Ok(App::new(routes::routes(auth)).with(duties))
}
