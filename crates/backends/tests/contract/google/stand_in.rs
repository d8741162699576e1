//! The few calls to Pub/Sub's administration that Google's emulator has not, or answers differently.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{Method, StatusCode, Uri},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

#[derive(Default)]
struct Desk {
    /// Topics and subscriptions by path.
    kept: HashMap<String, Value>,
    asked: Vec<(Method, String, Value)>,
    refused: Option<(String, StatusCode)>,
}

/// Keeps topics and subscriptions as they are made, and remembers what it was asked.
pub(crate) struct StandIn {
    url: String,
    desk: Arc<Mutex<Desk>>,
    _serving: JoinSet<()>,
}

impl StandIn {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::<Mutex<Desk>>::default();
        let router = Router::new().fallback(answer).with_state(desk.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            desk,
            _serving: serving,
        }
    }

    pub(crate) fn url(&self) -> String {
        self.url.clone()
    }

    /// The bodies of requests whose path ends so.
    pub(crate) fn asked(&self, method: &Method, end: &str) -> Vec<Value> {
        let desk = self.desk.lock().unwrap();
        let asked = desk
            .asked
            .iter()
            .filter(|(how, path, _)| how == method && path.ends_with(end));
        asked.map(|(_, _, body)| body.clone()).collect()
    }

    /// From now on requests to make or change what ends so are refused.
    pub(crate) fn refuses(&self, end: &str, status: StatusCode) {
        self.desk.lock().unwrap().refused = Some((end.to_owned(), status));
    }

    pub(crate) fn refuses_nothing(&self) {
        self.desk.lock().unwrap().refused = None;
    }
}

async fn answer(State(desk): State<Arc<Mutex<Desk>>>, method: Method, uri: Uri, body: Bytes) -> Response {
    let mut desk = desk.lock().unwrap();
    let path = uri.path().to_owned();
    let mut body: Value = serde_json::from_slice(&body).unwrap_or_default();
    desk.asked.push((method.clone(), path.clone(), body.clone()));
    if let Some((end, status)) = &desk.refused
        && method != Method::GET
        && path.ends_with(end)
    {
        return status_of(*status);
    }
    match method {
        Method::GET => match desk.kept.get(&path) {
            Some(kept) => Json(kept.clone()).into_response(),
            None => status_of(StatusCode::NOT_FOUND),
        },
        Method::PATCH => {
            let changed = body["subscription"].clone();
            desk.kept.insert(path, changed.clone());
            Json(changed).into_response()
        }
        Method::PUT => {
            body["name"] = path.trim_start_matches("/v1/").into();
            desk.kept.insert(path, body.clone());
            Json(body).into_response()
        }
        _ => Json(json!({})).into_response(),
    }
}

fn status_of(status: StatusCode) -> Response {
    let code = match status {
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::FORBIDDEN => "PERMISSION_DENIED",
        _ => "UNAVAILABLE",
    };
    let error = json!({ "error": { "code": status.as_u16(), "status": code, "message": "refused" } });
    (status, Json(error)).into_response()
}
