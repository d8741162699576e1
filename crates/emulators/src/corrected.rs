//! What fake-gcs-server 1.56.1 gets wrong, put right on the way: everything else is its own.
//!
//! - It gives an object the content type of the bytes' part or chunk, which Google's client always calls
//!   `application/octet-stream`. Cloud Storage takes the one in the object's metadata.
//! - It answers 500 when a part of a composition is not there. Cloud Storage answers 404.

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, task::JoinSet};

/// Larger than any upload of a test.
const LARGEST: usize = 64 << 20;

/// Stands before the server; ends with the test.
pub struct Corrected {
    /// `http://host:port`.
    pub url: String,
    _serving: JoinSet<()>,
}

#[derive(Clone)]
struct Way {
    server: String,
    http: reqwest::Client,
}

impl Corrected {
    /// Stands before the server at a URL.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let way = Way {
            server: url.to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        };
        let router = Router::new().fallback(pass).with_state((way, own.clone()));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url: own,
            _serving: serving,
        }
    }
}

async fn pass(State((way, own)): State<(Way, String)>, request: Request) -> Response {
    let (mut parts, body) = request.into_parts();
    let mut body = to_bytes(body, LARGEST).await.unwrap();
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    let composes = path.ends_with("/compose");
    if path.contains("uploadType=multipart") {
        body = with_the_type_of_its_metadata(&parts.headers, &body).unwrap();
    } else if parts.method == Method::PUT {
        parts.headers.remove(header::CONTENT_TYPE);
    }
    for name in [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        parts.headers.remove(name);
    }
    let asked = way.http.request(parts.method, format!("{}{path}", way.server));
    let Ok(answer) = asked.headers(parts.headers).body(body).send().await else {
        return StatusCode::BAD_GATEWAY.into_response();
    };
    let missing = composes && answer.status() == StatusCode::INTERNAL_SERVER_ERROR;
    let status = if missing {
        StatusCode::NOT_FOUND
    } else {
        answer.status()
    };
    let mut headers = answer.headers().clone();
    // Where an upload goes on: here, not there.
    if let Some(place) = headers
        .get(header::LOCATION)
        .and_then(|place| place.to_str().ok())
    {
        let place = place.replace(&way.server, &own).parse().unwrap();
        headers.insert(header::LOCATION, place);
    }
    headers.remove(header::TRANSFER_ENCODING);
    (status, headers, Body::from_stream(answer.bytes_stream())).into_response()
}

/// `multipart/related`: the metadata, then the bytes, whose type becomes the metadata's.
fn with_the_type_of_its_metadata(headers: &HeaderMap, body: &Bytes) -> Option<Bytes> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    let boundary = kind.split("boundary=").nth(1)?.trim_matches('"');
    let boundary = format!("--{boundary}");
    let metadata = after(body, b"\r\n\r\n")?;
    let second = metadata + after(&body[metadata..], boundary.as_bytes())?;
    let told: Value = serde_json::Deserializer::from_slice(&body[metadata..])
        .into_iter()
        .next()?
        .ok()?;
    let bytes = second + after(&body[second..], b"\r\n\r\n")?;
    let kind = told["contentType"].as_str()?;
    let said = format!("\r\ncontent-type: {kind}\r\n\r\n");
    Some([&body[..second], said.as_bytes(), &body[bytes..]].concat().into())
}

/// Where what follows `wanted` begins.
fn after(text: &[u8], wanted: &[u8]) -> Option<usize> {
    let found = text.windows(wanted.len()).position(|window| window == wanted)?;
    Some(found + wanted.len())
}
