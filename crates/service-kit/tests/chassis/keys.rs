//! Where the keys of tokens come from, and what happens when auth is down or slow.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use axum::{Json, Router, extract::State, routing::get};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures::future::join_all;
use serde_json::json;
use service_kit::harness::Harness;
use shared_models::identity::{Jwk, Jwks, Role};
use tokio::{net::TcpListener, time::Instant};

use crate::{
    bowls::SERVICE,
    reply::{Ask, eventually},
};

/// What auth tells, and how often it was asked.
#[derive(Clone, Default)]
struct Auth {
    asked: Arc<AtomicUsize>,
    hangs: Arc<AtomicBool>,
    keys: Arc<std::sync::Mutex<Jwks>>,
}

impl Auth {
    /// Listens, and knows no key yet.
    async fn start() -> (Self, String) {
        let auth = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let router = Router::new()
            .route("/auth/.well-known/jwks.json", get(keys))
            .with_state(auth.clone());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, router).await });
        (auth, url)
    }

    async fn knows(&self, kiln: &Harness, name: &str) {
        let public = kiln.kit.backends.keys.public_key(name).await.unwrap();
        self.keys.lock().unwrap().keys.push(Jwk {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: URL_SAFE_NO_PAD.encode(public),
            kid: name.into(),
            alg: "EdDSA".into(),
            usage: "sig".into(),
        });
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

async fn keys(State(auth): State<Auth>) -> Json<Jwks> {
    auth.asked.fetch_add(1, Ordering::SeqCst);
    if auth.hangs.load(Ordering::SeqCst) {
        std::future::pending::<()>().await;
    }
    let keys = auth.keys.lock().unwrap().clone();
    Json(keys)
}

/// A token of a key by this name.
async fn token(kiln: &Harness, key: &str) -> String {
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let claims = serde_json::to_value(kiln.claims(Role::Artisan)).unwrap();
    let header = json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": key });
    let message = format!("{}.{}", part(header), part(claims));
    let signature = kiln
        .kit
        .backends
        .keys
        .sign(key, message.as_bytes())
        .await
        .unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn status(kiln: &Harness, token: &str) -> u16 {
    kiln.get("/whoami").bearer_auth(token).ask().await.status
}

#[tokio::test]
async fn a_new_key_is_asked_for_once_and_outlives_auth() {
    let (auth, url) = Auth::start().await;
    let kiln = Harness::of(SERVICE)
        .setting("CRAFTCHAIN_AUTH_URL", &url)
        .start()
        .await;
    eventually("auth is asked at the start", async || {
        (auth.asked() == 1).then_some(())
    })
    .await;
    auth.knows(&kiln, "first").await;
    let first = token(&kiln, "first").await;
    // It was asked a moment ago, and had no keys then; a service that knows some asks every ten seconds.
    let known = kiln.artisan().await;
    assert_eq!(status(&kiln, &known.token).await, 200);
    assert_eq!(status(&kiln, &first).await, 401);
    assert_eq!(auth.asked(), 1);

    let folder = kiln.stop().await;
    let kiln = Harness::of(SERVICE)
        .setting("CRAFTCHAIN_AUTH_URL", &url)
        .again_on(folder)
        .start()
        .await;
    eventually("the key is known", async || {
        (status(&kiln, &first).await == 200).then_some(())
    })
    .await;
    let folder = kiln.stop().await;
    let kiln = Harness::of(SERVICE).again_on(folder).start().await; // auth is nowhere
    assert_eq!(status(&kiln, &first).await, 200);
    assert_eq!(status(&kiln, &token(&kiln, "second").await).await, 401);
}

#[tokio::test]
async fn unknown_keys_ask_together_and_hold_up_nobody() {
    let (auth, url) = Auth::start().await;
    auth.hangs.store(true, Ordering::SeqCst);
    let kiln = Harness::of(SERVICE)
        .setting("CRAFTCHAIN_AUTH_URL", &url)
        .start()
        .await;
    let unknown = token(&kiln, "unknown").await;
    let maya = kiln.artisan().await;
    let crowd = join_all((0..30).map(|_| status(&kiln, &unknown)));
    let good = async {
        for _ in 0..20 {
            assert_eq!(status(&kiln, &maya.token).await, 200);
        }
        Instant::now()
    };
    let begun = Instant::now();
    let (crowd, good) = tokio::join!(async { (crowd.await, Instant::now()) }, good);
    assert!(good < crowd.1, "good tokens wait for nobody");
    assert!(crowd.0.iter().all(|status| *status == 401));
    assert!(
        crowd.1 - begun < std::time::Duration::from_secs(9),
        "they wait for one answer, not for one each"
    );
    assert!(auth.asked() <= 2, "{}", auth.asked());
}

#[tokio::test]
async fn a_withdrawn_key_ends_its_tokens() {
    let kiln = Harness::start(SERVICE).await;
    let maya = kiln.artisan().await;
    assert_eq!(status(&kiln, &maya.token).await, 200);
    kiln.kit.verifier.install(&Jwks::default());
    let refused = kiln.get("/whoami").bearer_auth(&maya.token).ask().await;
    refused.expect_problem(503, "keys_unavailable");
    assert_eq!(refused.header("retry-after"), "2");
}
