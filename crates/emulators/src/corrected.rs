//! What fake-gcs-server 1.56.1 gets wrong, put right on the way: everything else is its own.
//!
//! - It answers 500 when a part of a composition is not there. Cloud Storage answers 404.
//! - It deletes and composes whatever `ifGenerationMatch` says. Cloud Storage answers 412.
//! - Asked how far a resumable upload came (`bytes */*`), it takes the upload for complete, and once it is, knows
//!   nothing of it. Cloud Storage says how many bytes it has, or what the object is.
//! - It appends a piece that comes again to itself. Cloud Storage goes by the range that the piece says it is.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use axum::{
    Router,
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::Value;
use tokio::{net::TcpListener, sync::Mutex, task::JoinSet};

/// Larger than any upload of a test.
const LARGEST: usize = 64 << 20;

/// Stands before the server; ends with the test.
pub struct Corrected {
    /// `http://host:port`.
    pub url: String,
    way: Arc<Way>,
    _serving: JoinSet<()>,
}

struct Way {
    server: String,
    http: reqwest::Client,
    /// Where clients are told to send the pieces of an upload.
    known_as: RwLock<String>,
    /// Writes take turns: each is looked at and done before the next.
    uploads: Mutex<HashMap<String, Upload>>,
}

#[derive(Default)]
struct Upload {
    arrived: usize,
    /// What the object is, once all has.
    whole: Option<Bytes>,
}

struct Asked {
    method: Method,
    /// With the query.
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

impl Corrected {
    /// Stands before the server at a URL.
    pub async fn before(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own = format!("http://{}", listener.local_addr().unwrap());
        let way = Arc::new(Way {
            server: url.to_owned(),
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
            known_as: RwLock::new(own.clone()),
            uploads: Mutex::default(),
        });
        let router = Router::new().fallback(pass).with_state(way.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url: own,
            way,
            _serving: serving,
        }
    }

    /// Something else stands before this one: uploads go on there.
    pub fn is_known_as(&self, url: &str) {
        url.clone_into(&mut self.way.known_as.write().unwrap_or_else(PoisonError::into_inner));
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "what has arrived is done to its end, also when who asked is gone"
)]
async fn pass(State(way): State<Arc<Way>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let (method, mut headers) = (parts.method, parts.headers);
    let path = parts.uri.path_and_query().unwrap().as_str().to_owned();
    for name in [header::HOST, header::CONTENT_LENGTH, header::TRANSFER_ENCODING] {
        headers.remove(name);
    }
    let asked = Asked {
        method,
        path,
        headers,
        body,
    };
    tokio::spawn(async move { way.answer(asked).await })
        .await
        .unwrap()
}

impl Way {
    async fn answer(&self, asked: Asked) -> Response {
        if asked.method == Method::GET {
            return self.forward(asked).await;
        }
        let mut uploads = self.uploads.lock().await;
        if asked.method == Method::PUT {
            let upload = uploads.entry(asked.path.clone()).or_default();
            return self.carry(upload, asked).await;
        }
        let composes = asked
            .path
            .split('?')
            .next()
            .is_some_and(|path| path.ends_with("/compose"));
        if (composes || asked.method == Method::DELETE) && self.is_stale(&asked.path).await {
            return StatusCode::PRECONDITION_FAILED.into_response();
        }
        let answer = self.forward(asked).await;
        if composes && answer.status() == StatusCode::INTERNAL_SERVER_ERROR {
            return StatusCode::NOT_FOUND.into_response();
        }
        answer
    }

    async fn forward(&self, asked: Asked) -> Response {
        let request = self
            .http
            .request(asked.method, format!("{}{}", self.server, asked.path));
        let Ok(answer) = request.headers(asked.headers).body(asked.body).send().await else {
            return StatusCode::BAD_GATEWAY.into_response();
        };
        let (status, mut headers) = (answer.status(), answer.headers().clone());
        if let Some(place) = headers.get(header::LOCATION) {
            let known_as = self
                .known_as
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .clone();
            let place = place.to_str().unwrap().replace(&self.server, &known_as);
            headers.insert(header::LOCATION, place.parse().unwrap());
        }
        headers.remove(header::TRANSFER_ENCODING);
        (status, headers, Body::from_stream(answer.bytes_stream())).into_response()
    }

    /// Whether the object is not the one that is meant.
    async fn is_stale(&self, path: &str) -> bool {
        let (object, query) = path.split_once('?').unwrap_or((path, ""));
        let meant = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("ifGenerationMatch="));
        let object = object.trim_end_matches("/compose");
        let there = self
            .http
            .get(format!("{}{object}", self.server))
            .send()
            .await
            .unwrap();
        let there = if there.status().is_success() {
            let there: Value = serde_json::from_slice(&there.bytes().await.unwrap()).unwrap();
            there["generation"].as_str().unwrap().to_owned()
        } else {
            "0".to_owned()
        };
        meant.is_some_and(|meant| meant != there)
    }

    /// A piece of a resumable upload, or the question how far it came.
    async fn carry(&self, upload: &mut Upload, mut asked: Asked) -> Response {
        let range = asked.headers.get(header::CONTENT_RANGE).unwrap();
        let range = range.to_str().unwrap().trim_start_matches("bytes ");
        let (place, total) = range.split_once('/').unwrap();
        if upload.whole.is_some() || (place, total) == ("*", "*") {
            return upload.answer();
        }
        let begin = place
            .split_once('-')
            .map_or(upload.arrived, |(begin, _)| begin.parse().unwrap());
        let end = begin + asked.body.len();
        if begin > upload.arrived {
            return StatusCode::BAD_REQUEST.into_response();
        }
        if end <= upload.arrived && total == "*" {
            return upload.answer();
        }
        let new = upload.arrived.min(end) - begin;
        asked.body = asked.body.slice(new..);
        let range = if asked.body.is_empty() {
            format!("bytes */{total}")
        } else {
            format!("bytes {}-{}/{total}", upload.arrived, end - 1)
        };
        asked
            .headers
            .insert(header::CONTENT_RANGE, HeaderValue::from_str(&range).unwrap());
        let (parts, body) = self.forward(asked).await.into_parts();
        let body = to_bytes(body, LARGEST).await.unwrap();
        match parts.status.as_u16() {
            308 => upload.arrived = upload.arrived.max(end),
            200 | 201 => upload.whole = Some(body),
            _ => return (parts.status, body).into_response(),
        }
        upload.answer()
    }
}

impl Upload {
    fn answer(&self) -> Response {
        if let Some(whole) = &self.whole {
            return ([(header::CONTENT_TYPE, "application/json")], whole.clone()).into_response();
        }
        let mut answer = StatusCode::PERMANENT_REDIRECT.into_response();
        if let Some(last) = self.arrived.checked_sub(1) {
            let range = format!("bytes=0-{last}");
            answer.headers_mut().insert(header::RANGE, range.parse().unwrap());
        }
        answer
    }
}
