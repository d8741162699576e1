//! Secret Manager, Cloud KMS and a machine's metadata server, as far as keys need them, in the shapes that Google
//! documents. Secrets are there because somebody made them; keys are made through the API, and take a moment.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::{
    Json, Router,
    extract::{Path, Query, Request, State},
    http::{HeaderMap, StatusCode},
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{Engine, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinSet};

const RING: &str = "locations/global/keyRings/craftchain/cryptoKeys";
const MACHINE: &str = "/computeMetadata/v1/instance/service-accounts/default";
/// How long a new key is being made: looks until it is there.
const MAKING: u32 = 2;

/// Stands in for Secret Manager, Cloud KMS and a machine's metadata server; ends with the test.
pub struct Vault {
    /// Where all three are: `http://host:port`.
    pub url: String,
    desk: Arc<Desk>,
    _serving: JoinSet<()>,
}

struct Desk {
    bearers: Mutex<u32>,
    secrets: Mutex<HashMap<String, String>>,
    keys: Mutex<HashMap<String, Key>>,
    damages: Mutex<bool>,
}

struct Key {
    pair: Ed25519KeyPair,
    looks: u32,
}

type Desked = State<Arc<Desk>>;

impl Vault {
    /// Has no secret and no key of a project yet.
    pub async fn start(project: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let desk = Arc::new(Desk {
            bearers: Mutex::default(),
            secrets: Mutex::default(),
            keys: Mutex::default(),
            damages: Mutex::new(false),
        });
        let (secrets, ring) = (
            format!("/v1/projects/{project}/secrets"),
            format!("/v1/projects/{project}/{RING}"),
        );
        let google = Router::new()
            .route(
                &format!("{secrets}/{{secret}}/versions/latest:access"),
                get(access),
            )
            .route(&ring, post(make))
            .route(
                &format!("{ring}/{{key}}/cryptoKeyVersions/1/publicKey"),
                get(public),
            )
            .route(
                &format!("{ring}/{{key}}/cryptoKeyVersions/{{version}}"),
                post(sign),
            )
            .layer(from_fn(as_google));
        let machine = Router::new()
            .route(&format!("{MACHINE}/token"), get(access_token))
            .route(&format!("{MACHINE}/identity"), get(id_token))
            .layer(from_fn_with_state(desk.clone(), as_machine));
        let router = google.merge(machine).with_state(desk.clone());
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            url,
            desk,
            _serving: serving,
        }
    }

    /// Makes a secret, as whoever sets the project up does.
    pub fn keeps(&self, id: &str, secret: &str) {
        let mut secrets = self.desk.secrets.lock().unwrap();
        secrets.insert(id.to_owned(), secret.to_owned());
    }

    /// From now on signatures and secrets are damaged on their way.
    pub fn damages(&self) {
        *self.desk.damages.lock().unwrap() = true;
    }

    /// How often the metadata server was asked.
    pub fn bearers(&self) -> u32 {
        *self.desk.bearers.lock().unwrap()
    }
}

/// An error as Google's APIs tell it (AIP-193).
fn refusal(status: u16, name: &str) -> Response {
    let body = json!({ "error": { "code": status, "message": name, "status": name } });
    (StatusCode::from_u16(status).unwrap(), Json(body)).into_response()
}

/// Asks for a bearer of the machine's.
async fn as_google(request: Request, next: Next) -> Response {
    let bearer = request.headers().get("authorization");
    if bearer.is_none_or(|bearer| bearer != "Bearer cloud-platform") {
        return refusal(401, "UNAUTHENTICATED");
    }
    next.run(request).await
}

async fn as_machine(State(desk): Desked, request: Request, next: Next) -> Response {
    *desk.bearers.lock().unwrap() += 1;
    let flavour = request.headers().get("metadata-flavor");
    if flavour.is_none_or(|flavour| flavour != "Google") {
        return StatusCode::FORBIDDEN.into_response();
    }
    next.run(request).await
}

async fn access(State(desk): Desked, Path(secret): Path<String>) -> Response {
    let secrets = desk.secrets.lock().unwrap();
    let Some(text) = secrets.get(&secret) else {
        return refusal(404, "NOT_FOUND");
    };
    let mut sent = text.clone();
    if *desk.damages.lock().unwrap() {
        sent.replace_range(..1, "~");
    }
    let name = format!("projects/1/secrets/{secret}/versions/1");
    let sum = crc32c(text.as_bytes()).to_string();
    Json(json!({ "name": name, "payload": { "data": STANDARD.encode(sent), "dataCrc32c": sum } }))
        .into_response()
}

async fn make(
    State(desk): Desked,
    Query(query): Query<HashMap<String, String>>,
    Json(key): Json<Value>,
) -> Response {
    let template = json!({ "algorithm": "EC_SIGN_ED25519", "protectionLevel": "SOFTWARE" });
    let Some(id) = query.get("cryptoKeyId").filter(|id| (1..=63).contains(&id.len())) else {
        return refusal(400, "INVALID_ARGUMENT");
    };
    if key["purpose"] != "ASYMMETRIC_SIGN" || key["versionTemplate"] != template {
        return refusal(400, "INVALID_ARGUMENT");
    }
    let mut keys = desk.keys.lock().unwrap();
    if keys.contains_key(id) {
        return refusal(409, "ALREADY_EXISTS");
    }
    let pair = Ed25519KeyPair::generate().unwrap();
    keys.insert(id.clone(), Key { pair, looks: 0 });
    Json(json!({ "name": format!("{RING}/{id}"), "purpose": "ASYMMETRIC_SIGN" })).into_response()
}

async fn public(State(desk): Desked, Path(key): Path<String>) -> Response {
    let mut keys = desk.keys.lock().unwrap();
    let Some(key) = keys.get_mut(&key) else {
        return refusal(404, "NOT_FOUND");
    };
    key.looks += 1;
    if key.looks <= MAKING {
        return refusal(400, "FAILED_PRECONDITION"); // PENDING_GENERATION
    }
    let der = [
        &[
            0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00,
        ][..],
        key.pair.public_key().as_ref(),
    ];
    let pem = format!(
        "-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n",
        STANDARD.encode(der.concat())
    );
    Json(json!({ "pem": pem, "algorithm": "EC_SIGN_ED25519", "protectionLevel": "SOFTWARE" })).into_response()
}

async fn sign(
    State(desk): Desked,
    Path((key, version)): Path<(String, String)>,
    Json(body): Json<Value>,
) -> Response {
    let keys = desk.keys.lock().unwrap();
    let (Some(key), "1:asymmetricSign") = (keys.get(&key), version.as_str()) else {
        return refusal(404, "NOT_FOUND");
    };
    let Ok(data) = STANDARD.decode(body["data"].as_str().unwrap_or_default()) else {
        return refusal(400, "INVALID_ARGUMENT");
    };
    let mut signature = key.pair.sign(&data).as_ref().to_vec();
    if *desk.damages.lock().unwrap() {
        signature[0] ^= 1;
    }
    Json(json!({ "name": "1", "signature": STANDARD.encode(signature) })).into_response()
}

async fn access_token(Query(query): Query<HashMap<String, String>>) -> Response {
    let scopes = query.get("scopes").map_or("", String::as_str);
    let token = scopes.rsplit('/').next().unwrap_or_default();
    Json(json!({ "access_token": token, "expires_in": 3599, "token_type": "Bearer" })).into_response()
}

/// A token of the right shape: what it says is what tests look at.
async fn id_token(Query(query): Query<HashMap<String, String>>, _: HeaderMap) -> String {
    let part = |json: Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = json!({
        "aud": query.get("audience"), "format": query.get("format"), "exp": 4_102_444_800_u64,
        "iss": "https://accounts.google.com", "email": "craftchain-product@kilns.iam.gserviceaccount.com",
    });
    let header = json!({ "alg": "RS256", "kid": "1", "typ": "JWT" });
    format!(
        "{}.{}.{}",
        part(header),
        part(claims),
        URL_SAFE_NO_PAD.encode("signature")
    )
}

/// Written once more, so that both are held to the catalogue's value.
fn crc32c(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0x82f6_3b78 & 0_u32.wrapping_sub(crc & 1));
        }
    }
    !crc
}
