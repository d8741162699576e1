//! Two thousand requests in odd spellings, to the gateway and to the service behind it without the gateway: both
//! read the same, or the gateway refuses.

mod grammar;

use std::fmt::Write;

use axum::{Json, Router, extract::Request, response::IntoResponse, routing::any};
use futures::{StreamExt, stream};
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use service_kit::{App, Service, harness::Harness};
use utoipa_axum::router::OpenApiRouter;

use crate::raw::Raw;

const REQUESTS: usize = 2_000;
const SEED: u64 = 1_914;

/// A service on the kit that answers with what it read, and 404 for what is not of products.
const READER: Service = Service {
    name: "product",
    about: "tells what it reads",
    peer: service_client::Service::Product,
    collections: &[],
    settings: |_| Ok(()),
    build: |_| {
        Box::pin(async {
            let router = Router::new().route("/{*path}", any(tell));
            Ok(App::new(OpenApiRouter::from(router)))
        })
    },
};

async fn tell(request: Request) -> axum::response::Response {
    let (parts, body) = request.into_parts();
    let path = meaning(parts.uri.path());
    if !is_of_products(&path) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let Ok(body) = body.collect().await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    Json(json!({
        "method": parts.method.as_str(),
        "path": hex(&path),
        "query": parts.uri.query(),
        "probes": values(&parts.headers, "x-probe"),
        "other probes": values(&parts.headers, "x_probe"),
        "cookies": values(&parts.headers, "cookie").join(&hex(b"; ")),
        "types": values(&parts.headers, "content-type"),
        "accepts": values(&parts.headers, "accept"),
        "body": hex(&body.to_bytes()),
    }))
    .into_response()
}

/// The bytes that a path means, without the version that the gateway takes away.
fn meaning(path: &str) -> Vec<u8> {
    let path: Vec<u8> = percent_decode_str(path).collect();
    match path.strip_prefix(b"/v1/") {
        Some(rest) => [b"/", rest].concat(),
        None => path,
    }
}

fn is_of_products(path: &[u8]) -> bool {
    path.strip_prefix(b"/products")
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(b"/"))
}

fn values(headers: &HeaderMap, name: &str) -> Vec<String> {
    headers
        .get_all(name)
        .iter()
        .map(|value| hex(value.as_bytes()))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// What was answered to one request.
#[derive(Debug, PartialEq)]
struct Outcome {
    status: u16,
    /// What the service read.
    reading: Option<Value>,
}

/// After this request the connection ends, if it was not cut before.
const LAST: &str = "GET /products/last HTTP/1.1\r\nHost: gateway\r\nConnection: close\r\n\r\n";

/// All answers on one connection.
async fn outcomes(server: &Harness, token: &str, request: &str) -> Vec<Outcome> {
    let line = format!(" HTTP/1.1\r\nAuthorization: Bearer {token}\r\n");
    let mut connection = Raw::connect(server).await;
    let bytes = format!("{request}{LAST}").replace(" HTTP/1.1\r\n", &line);
    connection.send(bytes).await;
    let mut outcomes = Vec::new();
    loop {
        let answer = connection.answer().await;
        if answer.status == 0 {
            return outcomes;
        }
        let passed = answer.status == 200;
        outcomes.push(Outcome {
            status: answer.status,
            reading: passed.then(|| serde_json::from_str(&answer.body).expect("a reading")),
        });
    }
}

/// Whether the gateway's answers are the service's, but for refusals: 400, or 405 for what is no method. After one
/// the connection may end.
fn agree(gateway: &[Outcome], service: &[Outcome]) -> bool {
    let refused = |outcome: &Outcome| [400, 405].contains(&outcome.status);
    let alike = gateway
        .iter()
        .zip(service)
        .all(|(gateway, service)| refused(gateway) || gateway == service);
    let ended_by_refusal = gateway.last().is_some_and(refused);
    alike && (gateway.len() == service.len() || (gateway.len() < service.len() && ended_by_refusal))
}

#[tokio::test]
async fn gateway_and_service_read_the_same_or_the_gateway_refuses() {
    let service = Harness::of(READER)
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .setting("CRAFTCHAIN_USER_RATE", "0")
        .start()
        .await;
    let gateway = Harness::of(gateway::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", service.url(""))
        .setting("CRAFTCHAIN_ADDRESS_RATE", "0")
        .setting("CRAFTCHAIN_USER_RATE", "0")
        .start()
        .await;
    let token = gateway.buyer().await.token;
    let requests = grammar::requests(SEED, REQUESTS);
    let answers: Vec<_> = stream::iter(&requests)
        .map(async |request| {
            let (by_gateway, by_service) = tokio::join!(
                outcomes(&gateway, &token, request),
                outcomes(&service, &token, request)
            );
            (request, by_gateway, by_service)
        })
        .buffer_unordered(16)
        .collect()
        .await;
    let mut wrong = String::new();
    for (request, by_gateway, by_service) in &answers {
        if !agree(by_gateway, by_service) {
            let _ = writeln!(
                wrong,
                "{request:?}\n  gateway {by_gateway:?}\n  service {by_service:?}"
            );
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    let first = |status: u16| {
        let is = |outcome: &&Outcome| outcome.status == status;
        answers
            .iter()
            .filter(|(_, by_gateway, _)| by_gateway.first().as_ref().is_some_and(is))
            .count()
    };
    let (passed, refused, nowhere) = (first(200), first(400), first(404));
    assert!(
        passed > 200 && refused > 500 && nowhere > 50,
        "{passed} passed, {refused} were refused, {nowhere} led nowhere"
    );
}
