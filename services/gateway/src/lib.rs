#![doc = include_str!("../README.md")]

mod config;
mod documents;
mod error;
mod fleet;
mod front;
mod headers;
mod hop;
mod routes;
mod state;
mod target;

use std::sync::Arc;

use http::{HeaderValue, header};
use service_kit::{App, Background, Connections, Kit, Service, StartError};

use crate::{
    config::Config, documents::Documents, fleet::Lookout, front::Page, hop::Hop, state::GatewayState,
};

/// The gateway.
pub const SERVICE: Service = Service {
    name: "gateway",
    about: "The public door: checks tokens and limits, and hands requests on to the services",
    peer: service_client::Service::Gateway,
    collections: &[],
    settings: |env| Config::read(env).map(drop),
    build: |kit| Box::pin(async { build(kit) }),
};

/// Browsers that have seen it ask for https only, for a year (RFC 6797).
const HSTS: HeaderValue = HeaderValue::from_static("max-age=31536000");

/// Builds the gateway.
pub fn build(mut kit: Kit) -> Result<App, StartError> {
    let config = Config::read(&mut kit.environment)?;
    let connections = connections(&kit, &config);
    let hop = Hop::new(&kit, config)?;
    let page =
        Page::new(kit.common.public_url.as_ref()).map_err(|error| StartError::Other(error.to_string()))?;
    let router = routes::routes().with_state(GatewayState {
        lookout: Arc::new(Lookout::new(kit.peers.clone())),
        page,
    });
    let documents = Arc::new(Documents::new(own_document(&router), kit.peers.clone()));
    let app = App::new(router)
        .admitting(connections)
        .handing_on(hop.clone())
        .described_by(description(documents.clone()))
        .with(
            Background::default()
                .follow("api documents", async move { documents.follow().await })
                .follow("instances", hop.sweep()),
        );
    Ok(if hop::is_https(&kit) {
        app.always(header::STRICT_TRANSPORT_SECURITY, HSTS)
    } else {
        app
    })
}

/// Behind proxies all connections come from the proxies' addresses.
fn connections(kit: &Kit, config: &Config) -> Connections {
    let behind_proxies = kit.common.trusted_hops > 0;
    Connections {
        of_one_address: if behind_proxies {
            usize::MAX
        } else {
            config.connections.of_one_address
        },
        ..config.connections
    }
}

fn own_document(router: &utoipa_axum::router::OpenApiRouter) -> utoipa::openapi::OpenApi {
    let mut own = router.get_openapi().clone();
    "CraftChain X".clone_into(&mut own.info.title);
    env!("CARGO_PKG_VERSION").clone_into(&mut own.info.version);
    own.info.description = Some("All services behind one door".to_owned());
    own
}

fn description(documents: Arc<Documents>) -> service_kit::Description {
    Arc::new(move || {
        let documents = documents.clone();
        Box::pin(async move { documents.merged().await })
    })
}
