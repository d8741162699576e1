use std::{collections::HashMap, sync::Arc};

use axum::{
    Json, Router,
    extract::{Query, State},
    routing::get,
};
use backends::Clock;
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::GoogleKeys;
use tokio::{net::TcpListener, task::JoinSet};

const ACCOUNT: &str = "/computeMetadata/v1/instance/service-accounts/default";

/// The metadata server of the machines on which one service runs: Google's word for who that is.
pub(super) struct Machine {
    /// `host:port`.
    pub(super) address: String,
    _serving: JoinSet<()>,
}

struct Desk {
    account: String,
    keys: Arc<GoogleKeys>,
}

impl Machine {
    pub(super) async fn of(service: Service, project: &str, keys: &Arc<GoogleKeys>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address").to_string();
        let desk = Desk {
            account: format!("craftchain-{}@{project}.iam.gserviceaccount.com", service.name()),
            keys: keys.clone(),
        };
        let router = Router::new()
            .route(&format!("{ACCOUNT}/token"), get(access_token))
            .route(&format!("{ACCOUNT}/identity"), get(id_token))
            .with_state(Arc::new(desk));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.expect("it serves") });
        Self {
            address,
            _serving: serving,
        }
    }
}

/// What the vault knows as a bearer.
async fn access_token() -> Json<Value> {
    Json(json!({ "access_token": "cloud-platform", "expires_in": 3599, "token_type": "Bearer" }))
}

async fn id_token(State(desk): State<Arc<Desk>>, Query(asked): Query<HashMap<String, String>>) -> String {
    let now = Clock::system().unix();
    desk.keys.signs(&json!({
        "iss": "https://accounts.google.com", "aud": asked.get("audience"), "sub": desk.account, "azp": desk.account,
        "iat": now, "exp": now + 3600, "email": desk.account, "email_verified": true,
    }))
}
