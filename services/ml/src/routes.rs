//! The whole API on one page.

use axum::extract::DefaultBodyLimit;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{
    analyses, demand, descriptions, language, marketing, photos, price, recommendations, state::Shared,
};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    let photos = OpenApiRouter::new()
        .routes(routes!(photos::analyze::post))
        .routes(routes!(photos::moodboard::post))
        .layer(DefaultBodyLimit::max(photos::REQUEST_BYTES));
    OpenApiRouter::new()
        .merge(photos)
        .routes(routes!(descriptions::post))
        .routes(routes!(demand::predict::post))
        .routes(routes!(price::predict::post))
        .routes(routes!(marketing::content::post))
        .routes(routes!(recommendations::get))
        .routes(routes!(analyses::get))
        .routes(routes!(language::text::post))
        .routes(routes!(language::translate::post))
        .routes(routes!(language::embeddings::post))
}
