use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

/// What is where.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Front {
    name: &'static str,
    about: &'static str,
    /// The interactive API pages.
    docs: &'static str,
    /// The API document of all services.
    openapi: &'static str,
    /// Whether the gateway lives.
    health: &'static str,
    /// Whether the services behind it do.
    fleet: &'static str,
}

/// Where the documentation and the state of the fleet are.
#[utoipa::path(get, path = "/", tag = "gateway", responses((status = 200, body = Front)))]
pub(crate) async fn front() -> Json<Front> {
    Json(Front {
        name: "CraftChain X",
        about: "a marketplace for artisans; its API begins at /v1",
        docs: "/docs",
        openapi: "/openapi.json",
        health: "/health",
        fleet: "/health/fleet",
    })
}
