//! The whole API on one page.

use axum::{extract::DefaultBodyLimit, middleware};
use service_kit::hear_out;
use utoipa_axum::{router::OpenApiRouter, routes};

use crate::{files, state::Shared, uploads};

pub(crate) fn routes() -> OpenApiRouter<Shared> {
    let upload = OpenApiRouter::new()
        .routes(routes!(files::upload::post))
        .layer(DefaultBodyLimit::max(files::upload::REQUEST_BYTES))
        .layer(middleware::from_fn(hear_out));
    let from_services = OpenApiRouter::new()
        .routes(routes!(files::take_in::post))
        .layer(middleware::from_fn(hear_out));
    let resumable = OpenApiRouter::new()
        .routes(routes!(uploads::options::options, uploads::create::post))
        .routes(routes!(
            uploads::offset::head,
            uploads::append::patch,
            uploads::terminate::delete
        ))
        .layer(middleware::from_fn(uploads::speak_tus))
        .layer(middleware::from_fn(hear_out));
    OpenApiRouter::new()
        .merge(upload)
        .merge(from_services)
        .merge(resumable)
        .routes(routes!(files::duplicates::get))
        .routes(routes!(files::info::get, files::delete::delete))
        .routes(routes!(files::info::get_for_services))
        .routes(routes!(files::bytes::get))
        .routes(routes!(files::bytes::get_for_services))
        .routes(routes!(files::optimize::post))
}
