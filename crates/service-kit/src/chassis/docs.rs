use axum::{Json, Router, response::IntoResponse, routing::get};
use http::header;
use utoipa::openapi::{
    OpenApi,
    security::{Http, HttpAuthScheme, SecurityScheme},
};
use utoipa_axum::router::OpenApiRouter;
use utoipa_swagger_ui::SwaggerUi;

use crate::{Kit, app::Description};

/// What `/openapi.json` answers: fixed, or made when asked (the gateway's, merged from all).
#[derive(Clone)]
pub(super) struct Document {
    own: OpenApi,
    made: Option<Description>,
}

impl Document {
    /// The routes of this service itself.
    pub(super) fn own(&self) -> &OpenApi {
        &self.own
    }
}

/// Splits the routes from their description, and completes it.
pub(super) fn describe(router: OpenApiRouter, kit: &Kit, made: Option<Description>) -> (Router, Document) {
    let (router, mut own) = router.split_for_parts();
    complete(&mut own, kit.service.name, kit.service.about);
    (router, Document { own, made })
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
pub(super) fn routes(document: &Document) -> Router {
    let Document { own, made } = document.clone();
    let answer = move || {
        let (own, made) = (own.clone(), made.clone());
        async move {
            let document = match made {
                Some(make) => make().await,
                None => own,
            };
            ([(header::CACHE_CONTROL, "no-cache")], Json(document)).into_response()
        }
    };
    let page = SwaggerUi::new("/docs").config(utoipa_swagger_ui::Config::from("/openapi.json"));
    Router::new().route("/openapi.json", get(answer)).merge(page)
}
