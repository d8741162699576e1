//! Small servers that speak the documented shapes of models, well and badly.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Json, Router,
    extract::{Request, State},
    response::{IntoResponse, Response},
};
use http::StatusCode;
use serde_json::Value;
use service_kit::harness::{Harness, Setup};
use tokio::net::TcpListener;

use crate::bench::Bench;

/// What the server does with every request.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    Answers(Value),
    Refuses(u16),
    IsSlow,
    Babbles,
}

/// A server, and what it was asked: path and body.
#[derive(Clone)]
pub(crate) struct Model {
    manner: Arc<Mutex<Manner>>,
    asked: Arc<Mutex<Vec<(String, Value)>>>,
    pub(crate) url: String,
}

impl Model {
    pub(crate) async fn that(manner: Manner) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let model = Self {
            manner: Arc::new(Mutex::new(manner)),
            asked: Arc::default(),
            url: format!("http://{}", listener.local_addr().unwrap()),
        };
        let routes = Router::new().fallback(answer).with_state(model.clone());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        model
    }

    /// From now on it does this.
    pub(crate) fn turns_to(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    pub(crate) fn asked(&self) -> Vec<(String, Value)> {
        self.asked.lock().unwrap().clone()
    }

    pub(crate) async fn google(&self, capability: &str) -> Bench {
        Bench(self.set_up(capability).start().await)
    }

    pub(crate) fn set_up(&self, capability: &str) -> Setup {
        Harness::of(ml::SERVICE)
            .setting(capability, "google")
            .setting("GOOGLE_CLOUD_PROJECT", "looms")
            .setting("CRAFTCHAIN_ML_PRIVATE_ADDRESS", "127.0.0.1")
            .setting("CRAFTCHAIN_ML_PATIENCE", "1")
            .setting("CRAFTCHAIN_ML_VERTEX_URL", &self.url)
            .setting("CRAFTCHAIN_ML_VISION_URL", &self.url)
            .setting("CRAFTCHAIN_ML_TRANSLATION_URL", &self.url)
            .setting("CRAFTCHAIN_ML_BIGQUERY_URL", &self.url)
    }

    pub(crate) async fn openai(&self) -> Bench {
        let setup = Harness::of(ml::SERVICE)
            .setting("CRAFTCHAIN_ML_TEXT", "openai-compatible")
            .setting("CRAFTCHAIN_ML_OPENAI_URL", format!("{}/v1", self.url))
            .setting("CRAFTCHAIN_ML_OPENAI_MODEL", "a-model")
            .setting("CRAFTCHAIN_ML_OPENAI_KEY", "a-key")
            .setting("CRAFTCHAIN_ML_PRIVATE_ADDRESS", "127.0.0.1")
            .setting("CRAFTCHAIN_ML_PATIENCE", "1");
        Bench(setup.start().await)
    }
}

async fn answer(State(model): State<Model>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let body = axum::body::to_bytes(request.into_body(), 64 << 20).await.unwrap();
    let body = serde_json::from_slice(&body).unwrap();
    model.asked.lock().unwrap().push((path, body));
    let manner = model.manner.lock().unwrap().clone();
    match manner {
        Manner::Answers(body) => Json(body).into_response(),
        Manner::Refuses(status) => StatusCode::from_u16(status).unwrap().into_response(),
        Manner::IsSlow => {
            tokio::time::sleep(Duration::from_mins(1)).await;
            StatusCode::OK.into_response()
        }
        Manner::Babbles => "{\"choices\": [{\"mess".into_response(),
    }
}
