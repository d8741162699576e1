//! The whole API on one page.

use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{market, optimum, prices, state::Shared};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(prices::calculate::post))
        .routes(routes!(market::analyse::get))
        .routes(routes!(optimum::optimize::post))
}
