//! 500 bytes from memory, on the chassis: `benches/chassis` sets it beside `small_reply_axum`.

use std::process::ExitCode;

use axum::{http::header, response::IntoResponse};
use service_kit::{App, Service};
use utoipa_axum::{router::OpenApiRouter, routes};

const SERVICE: Service = Service {
    name: "small-reply",
    about: "500 bytes from memory, to be measured",
    peer: service_client::Service::Product,
    collections: &[],
    settings: |_| Ok(()),
    build: |_| Box::pin(async { Ok(App::new(OpenApiRouter::new().routes(routes!(small)))) }),
};

const BODY: [u8; 500] = [b'a'; 500];

#[utoipa::path(get, path = "/small", responses((status = 200)))]
async fn small() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/plain")], BODY.as_slice())
}

fn main() -> ExitCode {
    service_kit::main(SERVICE)
}
