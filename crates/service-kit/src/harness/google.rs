//! What Google publishes and signs, from loopback and with keys of its own.

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use axum::{
    Router,
    extract::{Query, State},
    response::{IntoResponse, Response},
    routing::get,
};
use backends::Clock;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::{net::TcpListener, task::JoinHandle};

const IDENTITY: &str = "/computeMetadata/v1/instance/service-accounts/default/identity";
/// Bytes of the modulus of a 2048-bit key; the exponent after it has three bytes and a header of two.
const MODULUS: usize = 256;

/// Stands in for Google where tokens are signed and the keys for it are published.
pub struct GoogleKeys {
    base: String,
    desk: Arc<Desk>,
    serving: JoinHandle<()>,
}

/// How the stand-in answers when it is asked for its keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// With its keys.
    Well,
    /// With a status that is no success.
    Refuses(u16),
    /// With something that is no set of keys.
    Babbles,
    /// Not at all.
    Stalls,
}

struct Desk {
    pen: Mutex<Pen>,
    mood: Mutex<Mood>,
    /// The service account of the machine that it is the metadata server of.
    account: Mutex<String>,
    asked: AtomicUsize,
}

/// A key with its name.
struct Pen {
    pair: KeyPair,
    name: String,
}

impl GoogleKeys {
    /// Listens, with a fresh key.
    #[expect(clippy::expect_used, reason = "a test without it cannot go on")]
    pub async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address"));
        let desk = Arc::new(Desk {
            pen: Mutex::new(Pen::new("key-1")),
            mood: Mutex::new(Mood::Well),
            account: Mutex::default(),
            asked: AtomicUsize::new(0),
        });
        let router = Router::new()
            .route("/keys", get(keys))
            .route(IDENTITY, get(identity))
            .with_state(desk.clone());
        let serving = super::spawn(async move {
            let _ = axum::serve(listener, router).await; // ends with the test
        });
        Self { base, desk, serving }
    }

    /// Where it listens: a metadata server's place, too.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Gives ID tokens of this service account to whoever asks it as the machine's metadata server.
    pub fn is_the_machine_of(&self, account: &str) {
        account.clone_into(&mut held(&self.desk.account));
    }

    /// Where the keys are.
    pub fn url(&self) -> String {
        format!("{}/keys", self.base)
    }

    /// How often it was asked for them.
    pub fn asked(&self) -> usize {
        self.desk.asked.load(Ordering::SeqCst)
    }

    /// From now on it answers like this.
    pub fn is(&self, mood: Mood) {
        *held(&self.desk.mood) = mood;
    }

    /// Signs with another key from now on, and publishes that one alone.
    pub fn turns_to(&self, name: &str) {
        *held(&self.desk.pen) = Pen::new(name);
    }

    /// A token of these claims, as Google signs them.
    pub fn signs(&self, claims: &impl Serialize) -> String {
        held(&self.desk.pen).signs(&json!(claims))
    }

    /// A token of any header and claims, signed with its key all the same.
    pub fn signs_under(&self, header: &Value, claims: &impl Serialize) -> String {
        held(&self.desk.pen).signs_under(header, &json!(claims))
    }

    /// What it publishes as its key, in DER: to misuse it as a secret.
    pub fn public_key(&self) -> Vec<u8> {
        held(&self.desk.pen).public()
    }
}

impl Drop for GoogleKeys {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Pen {
    #[expect(clippy::expect_used, reason = "a test without its key cannot go on")]
    fn new(name: &str) -> Self {
        Self {
            pair: KeyPair::generate(KeySize::Rsa2048).expect("a key"),
            name: name.to_owned(),
        }
    }

    fn signs(&self, claims: &Value) -> String {
        self.signs_under(&json!({ "alg": "RS256", "typ": "JWT", "kid": self.name }), claims)
    }

    #[expect(clippy::expect_used, reason = "a test without its token cannot go on")]
    fn signs_under(&self, header: &Value, claims: &Value) -> String {
        let message = [header, claims].map(|part| URL_SAFE_NO_PAD.encode(part.to_string()));
        let message = message.join(".");
        let mut signature = vec![0; MODULUS];
        let random = SystemRandom::new();
        self.pair
            .sign(&RSA_PKCS1_SHA256, &random, message.as_bytes(), &mut signature)
            .expect("a signature");
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// An `RSAPublicKey` (RFC 8017, A.1.1).
    fn public(&self) -> Vec<u8> {
        self.pair.public_key().as_ref().to_vec()
    }

    fn published(&self) -> Value {
        let public = self.public();
        let (before, exponent) = public.split_at(public.len() - 3);
        let modulus = &before[before.len() - 2 - MODULUS..before.len() - 2];
        json!({
            "kty": "RSA", "alg": "RS256", "use": "sig", "kid": self.name,
            "n": URL_SAFE_NO_PAD.encode(modulus), "e": URL_SAFE_NO_PAD.encode(exponent),
        })
    }
}

async fn keys(State(desk): State<Arc<Desk>>) -> Response {
    desk.asked.fetch_add(1, Ordering::SeqCst);
    let mood = *held(&desk.mood);
    match mood {
        Mood::Well => {
            let keys = json!({ "keys": [held(&desk.pen).published()] });
            (
                [(header::CACHE_CONTROL, "public, max-age=19204")],
                keys.to_string(),
            )
                .into_response()
        }
        Mood::Refuses(status) => StatusCode::from_u16(status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        Mood::Babbles => "<html>keys?</html>".into_response(),
        Mood::Stalls => std::future::pending().await,
    }
}

/// What the metadata server of a machine on Google Cloud answers.
async fn identity(State(desk): State<Arc<Desk>>, Query(asked): Query<HashMap<String, String>>) -> String {
    let now = Clock::system().unix();
    held(&desk.pen).signs(&json!({
        "iss": "https://accounts.google.com", "aud": asked.get("audience"), "sub": "105", "azp": "105",
        "iat": now, "exp": now + 3600, "email": *held(&desk.account), "email_verified": true,
    }))
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
