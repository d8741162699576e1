//! The whole API on one page.

use axum::middleware;
use service_kit::hear_out;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{catalogue, internal, inventory, likes, products, search, state::Shared, suspension};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    let with_files = OpenApiRouter::new()
        .routes(routes!(products::create::post))
        .layer(middleware::from_fn(hear_out));
    OpenApiRouter::new()
        .merge(with_files)
        .routes(routes!(products::list::get))
        .routes(routes!(internal::images::get, internal::images::delete))
        .routes(routes!(catalogue::get))
        .routes(routes!(search::post))
        .routes(routes!(search::get))
        .routes(routes!(
            products::read::get,
            products::edit::put,
            products::edit::patch,
            products::delete::delete
        ))
        .routes(routes!(inventory::get, inventory::put))
        .routes(routes!(likes::get, likes::put, likes::delete))
        .routes(routes!(suspension::put, suspension::delete))
        .routes(routes!(internal::facts::get))
}
