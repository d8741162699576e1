use std::sync::Arc;

use axum::{
    Json, Router,
    response::{IntoResponse, Response},
    routing::get,
};
use bytes::Bytes;
use http::header;
use utoipa::openapi::{
    OpenApi,
    security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::{Kit, Problem, app::Description};

/// What `/openapi.json` answers: fixed, or made when asked (the gateway's, merged from all).
#[derive(Clone)]
pub(super) enum Document {
    /// Written once: as a tree it takes a megabyte.
    Own(Result<Bytes, Arc<serde_json::Error>>),
    Made(Description),
}

/// Splits the routes from their description, and completes it.
pub(super) fn describe(router: OpenApiRouter, kit: &Kit) -> (Router, OpenApi) {
    let (router, mut own) = router.split_for_parts();
    complete(&mut own, kit.service.name, kit.service.about);
    (router, own)
}

/// The parts that every operation shares are said once, here.
pub(crate) fn complete(document: &mut OpenApi, name: &str, about: &str) {
    name.clone_into(&mut document.info.title);
    env!("CARGO_PKG_VERSION").clone_into(&mut document.info.version);
    document.info.description = Some(about.to_owned());
    let components = document.components.get_or_insert_default();
    let bearer = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
    components.add_security_scheme("bearer", bearer);
    super::refusals::complete(document);
}

/// `/openapi.json`, and Swagger UI at `/docs` from the binary itself.
pub(super) fn routes(document: Document) -> Router {
    let answer = move || {
        let document = document.clone();
        async move { ([(header::CACHE_CONTROL, "no-cache")], document.read().await).into_response() }
    };
    let page = SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/openapi.json"));
    Router::new().route("/openapi.json", get(answer)).merge(page)
}

impl Document {
    pub(super) fn of(own: &OpenApi, made: Option<Description>) -> Self {
        let written = || serde_json::to_vec(own).map(Bytes::from).map_err(Arc::new);
        made.map_or_else(|| Self::Own(written()), Self::Made)
    }

    async fn read(self) -> Response {
        match self {
            Self::Own(Ok(json)) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
            Self::Own(Err(error)) => Problem::internal(error).into_response(),
            Self::Made(make) => Json(make().await).into_response(),
        }
    }
}
