//! URLs with which anyone can read an object for a while.
//!
//! fake-gcs-server takes any signature. So a stand-in of Cloud Storage's doorkeeper looks at them, as signatures (V4) are
//! documented: <https://cloud.google.com/storage/docs/authentication/canonical-requests>.

use std::{sync::Arc, time::Duration};

use aws_lc_rs::{
    digest::{SHA256, digest},
    encoding::{AsDer, Pkcs8V1Der},
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey},
};
use axum::{
    Router,
    body::Body,
    extract::{Request, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use backends::{
    Clock,
    objects::{storage::Address, stream_of},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, NaiveDateTime, TimeDelta, Utc};
use serde_json::json;
use tokio::{net::TcpListener, task::JoinSet};

use super::{address, bucket};

const SIGNER: &str = "craftchain-media@kilns.iam.gserviceaccount.com";

/// A service account's key as Google gives it, and what its signatures are checked with.
fn key() -> (String, Vec<u8>) {
    let pair = KeyPair::generate(KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
    let pem = STANDARD.encode(der.as_ref());
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{pem}\n-----END PRIVATE KEY-----\n");
    let key = json!({
        "type": "service_account", "project_id": "kilns", "private_key_id": "1", "private_key": pem,
        "client_email": SIGNER, "client_id": "1", "token_uri": "https://oauth2.googleapis.com/token",
        "universe_domain": "googleapis.com",
    });
    (key.to_string(), pair.public_key().as_ref().to_vec())
}

/// Lets in whose URL is signed and still good.
struct Doorkeeper {
    server: String,
    public: Vec<u8>,
    clock: Clock,
}

async fn look(State(doorkeeper): State<Arc<Doorkeeper>>, request: Request) -> Response {
    if let Err(why) = doorkeeper.check(&request) {
        return (StatusCode::BAD_REQUEST, why).into_response();
    }
    let url = format!("{}{}", doorkeeper.server, request.uri().path());
    let asked = reqwest::get(url).await.unwrap();
    (asked.status(), Body::from_stream(asked.bytes_stream())).into_response()
}

impl Doorkeeper {
    async fn serve(self) -> (String, JoinSet<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new().fallback(look).with_state(Arc::new(self));
        let mut serving = JoinSet::new();
        serving.spawn(async move { axum::serve(listener, router).await.unwrap() });
        (url, serving)
    }

    fn check(&self, request: &Request) -> Result<(), &'static str> {
        let query = request.uri().query().ok_or("not signed")?;
        let mut pairs: Vec<&str> = query.split('&').collect();
        pairs.sort_unstable();
        let said = |name: &str| {
            let mut named = pairs.iter().filter_map(|pair| pair.split_once('='));
            let found = named.find(|(key, _)| *key == name);
            found
                .map(|(_, value)| value.replace("%2F", "/"))
                .ok_or("not all is said")
        };
        let (date, signature) = (said("X-Goog-Date")?, said("X-Goog-Signature")?);
        let scope = format!("{}/auto/storage/goog4_request", &date[..8]);
        let credential = format!("{}/{scope}", SIGNER.replace('@', "%40"));
        let way = ["GOOG4-RSA-SHA256", "host", &credential];
        let names = ["X-Goog-Algorithm", "X-Goog-SignedHeaders", "X-Goog-Credential"];
        if names.map(said) != way.map(|way| Ok(way.to_owned())) {
            return Err("signed another way");
        }
        let unsigned = pairs.iter().filter(|pair| !pair.starts_with("X-Goog-Signature="));
        let query = unsigned.copied().collect::<Vec<_>>().join("&");
        let text = signed(&date, &scope, request, &query);
        let signature = hex::decode(signature).map_err(|_| "no signature")?;
        UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &self.public)
            .verify(text.as_bytes(), &signature)
            .map_err(|_| "something else was signed")?;
        let lasts = said("X-Goog-Expires")?.parse().map_err(|_| "no time")?;
        if self.clock.now() > time(&date) + TimeDelta::seconds(lasts) {
            return Err("expired");
        }
        Ok(())
    }
}

/// What a signature is of.
fn signed(date: &str, scope: &str, request: &Request, query: &str) -> String {
    let (method, path) = (request.method(), request.uri().path());
    let host = request.headers()["host"].to_str().unwrap();
    let host = host.split(':').next().unwrap(); // Google's has no port
    let canonical = format!("{method}\n{path}\n{query}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD");
    let hash = hex::encode(digest(&SHA256, canonical.as_bytes()));
    format!("GOOG4-RSA-SHA256\n{date}\n{scope}\n{hash}")
}

fn time(date: &str) -> DateTime<Utc> {
    let time = NaiveDateTime::parse_from_str(date, "%Y%m%dT%H%M%SZ");
    time.unwrap().and_utc()
}

async fn status(url: &str) -> u16 {
    reqwest::get(url).await.unwrap().status().as_u16()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signed_url_lets_anyone_read_this_object_for_this_time() {
    let (key, public) = key();
    let plain = address().await;
    let clock = Clock::movable();
    let doorkeeper = Doorkeeper {
        server: plain.emulator.clone().unwrap(),
        public,
        clock: clock.clone(),
    };
    let (door, _serving) = doorkeeper.serve().await;
    let direct = bucket(&plain).await;
    let signing = Address {
        emulator: Some(door),
        signs_with: Some(key.into()),
        ..plain
    };
    let signing = bucket(&signing).await;
    let url = async |name: &str| {
        let url = signing.signed_url(name, Duration::from_mins(10)).await;
        url.unwrap().unwrap()
    };
    for name in ["photos/मधुबनी 1+(2).txt", "photos/other"] {
        let bytes = stream_of(name.to_owned());
        direct.put(name, "text/plain", bytes).await.unwrap();
        let read = reqwest::get(url(name).await).await.unwrap();
        assert_eq!(read.status(), 200, "{name}: {}", read.text().await.unwrap());
        assert_eq!(read.text().await.unwrap(), name);
    }
    let url = url("photos/other").await;
    for (changed, why) in [
        (url.replace("photos/other", "photos/secret"), "another object"),
        (url.replace("Expires=600", "Expires=6000"), "another time"),
        (url.split('?').next().unwrap().to_owned(), "no signature"),
    ] {
        assert_eq!(status(&changed).await, 400, "{why}: {changed}");
    }
    clock.advance(TimeDelta::seconds(590));
    assert_eq!(status(&url).await, 200);
    clock.advance(TimeDelta::seconds(20));
    assert_eq!(status(&url).await, 400, "expired");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_url_is_signed_for_no_longer_than_a_week() {
    let address = Address {
        signs_with: Some(key().0.into()),
        ..address().await
    };
    let month = Duration::from_hours(24 * 30);
    let url = bucket(&address).await.signed_url("a", month).await;
    assert!(url.unwrap().unwrap().contains("X-Goog-Expires=604800"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_signs_urls() {
    let bucket = bucket(&address().await).await;
    let url = bucket.signed_url("a", Duration::from_mins(1)).await.unwrap();
    assert_eq!(url, None);
}
