use tower_http::compression::CompressionLayer;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{fleet, front, state::GatewayState};

/// What the gateway answers itself; the rest it hands on (`target::PREFIXES`).
pub(crate) fn routes() -> OpenApiRouter<GatewayState> {
    OpenApiRouter::new()
        .routes(routes!(front::page))
        .layer(CompressionLayer::new())
        .routes(routes!(fleet::health))
}
