//! What a process says of itself: in Google's shape, and never a secret.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on has failed"
)]

use std::{
    collections::HashSet,
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::extract::Path;
use backends::{
    documents::Batch,
    events::{Event, Subscription, Topic},
};
use config::{Common, Environment, Source};
use serde_json::{Value, json};
use service_kit::{
    App, Background, Kit, Problem, Service,
    extract::Caller,
    harness::Harness,
    inbox::ConsumeError,
    jobs::{JobError, Policy},
    telemetry,
};
use shared_models::{
    events::{EventBody, UserDeleted},
    ids::UserId,
};
use utoipa_axum::{router::OpenApiRouter, routes};

const EMAIL: &str = "maya.canary@example.in";
const PHONE: &str = "+919812345678";
const PASSWORD: &str = "canary-hunter2";
/// As long and as mixed as a key of 32 bytes.
const KEY: &str = "cAnArY5pZ9x2LmQ8rT4vW7yB1dF6gH3jK0nS5uXe";

const SERVICE: Service = Service {
    name: "product",
    about: "A service that blurts out what it knows",
    peer: service_client::Service::Product,
    collections: &[],
    settings: |_| Ok(()),
    build: |_| Box::pin(async { Ok(build()) }),
};

fn build() -> App {
    let router = OpenApiRouter::new()
        .routes(routes!(fails))
        .routes(routes!(panics))
        .routes(routes!(signed));
    let once = Policy {
        attempts: 1,
        ..Policy::default()
    };
    let background = Background::default()
        .run_with("tell", once, |_| async { Err(JobError::Retry(secrets())) })
        .consume(
            Subscription::to("product.user-deleted", &[Topic::UserDeleted]),
            |_| async { Err(ConsumeError::Dead(secrets())) },
        );
    App::new(router).with(background)
}

fn secrets() -> String {
    format!("{EMAIL} at {PHONE}, Login {{ password: \"{PASSWORD}\" }}, key {KEY}")
}

#[utoipa::path(get, path = "/fails", responses((status = 200)))]
async fn fails() -> Result<(), Problem> {
    tracing::warn!(
        email = EMAIL,
        phone = PHONE,
        password = PASSWORD,
        api_token = KEY,
        "{}",
        secrets()
    );
    tracing::info!(request = ?json!({ "password": PASSWORD, "refresh_token": KEY }), "a request");
    Err(Problem::internal(secrets()))
}

#[utoipa::path(get, path = "/panics", responses((status = 200)))]
async fn panics() {
    panic!("{}", secrets());
}

#[utoipa::path(get, path = "/signed/{signature}", params(("signature" = String, Path)), responses((status = 200)))]
async fn signed(_caller: Caller, Path(_signature): Path<String>) {}

/// What was said so far.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Said {
    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|_| panic!("no JSON: {line}")))
            .collect()
    }

    /// Waits for a line with this message, or of the access log with this route and status.
    async fn line(&self, message: &str) -> Value {
        let looking = async {
            loop {
                let said = |line: &Value| {
                    let http = &line["httpRequest"];
                    let access = format!("{} {}", http["requestUrl"].as_str().unwrap_or(""), http["status"]);
                    line["message"].as_str().unwrap_or(&access).contains(message)
                };
                if let Some(line) = self.lines().into_iter().find(said) {
                    return line;
                }
                tokio::time::sleep(Duration::from_millis(5)).await; // between two looks
            }
        };
        tokio::time::timeout(Duration::from_secs(20), looking)
            .await
            .unwrap_or_else(|_| panic!("nobody said {message}: {:?}", self.lines()))
    }
}

fn event(kit: &Kit) -> Event {
    let user_id: UserId = kit.ids.fresh();
    Event {
        id: kit.ids.fresh(),
        topic: UserDeleted::TOPIC,
        source: "auth".into(),
        subject: user_id.to_string(),
        revision: 1,
        time: kit.clock.now(),
        traceparent: None,
        data: json!({ "user_id": user_id }),
    }
}

#[tokio::test]
async fn lines_have_googles_shape_and_no_secret() {
    let settings = Source::of([
        ("CRAFTCHAIN_PROFILE", "google"),
        ("GOOGLE_CLOUD_PROJECT", "shop"),
        ("REDIS_URL", "redis://127.0.0.1:6379"),
        ("RUST_LOG", "debug"),
    ]);
    let common = Common::read(&mut Environment::new(settings)).unwrap();
    let said = Said::default();
    let telemetry = telemetry::init_to(&common, "fleet", said.clone()).unwrap();

    let blab = Harness::start(SERVICE).await;
    let maya = blab.artisan().await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let mut told = Vec::new();
    for (path, token) in [
        ("/fails", maya.token.as_str()),
        ("/panics", KEY),
        (&format!("/signed/{KEY}?token={KEY}&email={EMAIL}"), &maya.token),
        (&format!("/signed/{KEY}"), KEY),
        (&format!("/nowhere?password={PASSWORD}"), PASSWORD),
    ] {
        let request = blab.get(path).bearer_auth(token).header("idempotency-key", KEY);
        let answer = request
            .header("traceparent", format!("00-{trace}-00f067aa0ba902b7-01"))
            .send()
            .await
            .unwrap();
        let problem: Value = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap_or_default();
        // The path of the request is the caller's own.
        told.push(format!(
            "{} {} {}",
            problem["title"], problem["detail"], problem["errors"]
        ));
    }
    let mut batch = Batch::new();
    blab.kit
        .jobs
        .enqueue(&mut batch, "tell", "a", &json!({}))
        .unwrap();
    blab.kit.backends.documents.commit(batch).await.unwrap();
    blab.kit
        .backends
        .events
        .publish(&[event(&blab.kit)])
        .await
        .unwrap();
    said.line("a job is dead").await;
    said.line("an event is dead").await;
    told.push(blab.get("/metrics").send().await.unwrap().text().await.unwrap());

    let access = said.line("/fails 500").await;
    assert_eq!(access["severity"], "INFO");
    assert_eq!(access["httpRequest"]["requestMethod"], "GET");
    assert_eq!(access["httpRequest"]["status"], 500);
    assert!(access["httpRequest"]["latency"].as_str().unwrap().ends_with('s'));
    assert_eq!(access["httpRequest"]["requestUrl"], "/fails");
    assert_eq!(access["logging.googleapis.com/labels"]["service"], "product");
    assert_eq!(
        access["logging.googleapis.com/trace"],
        format!("projects/shop/traces/{trace}")
    );
    assert_eq!(
        access["logging.googleapis.com/spanId"].as_str().unwrap().len(),
        16
    );
    assert_eq!(access["logging.googleapis.com/trace_sampled"], true);
    let failed = said.line("a request failed").await;
    assert_eq!(
        (&failed["severity"], &failed["route"]),
        (&json!("ERROR"), &json!("/fails"))
    );
    assert_eq!(
        failed["logging.googleapis.com/trace"],
        format!("projects/shop/traces/{trace}")
    );
    said.line("/signed/{signature} 200").await;
    said.line("panicked: [email]").await;

    blab.stop().await;
    drop(telemetry); // writes what is left
    let lines = said.lines();
    let severities: HashSet<_> = lines
        .iter()
        .map(|line| line["severity"].as_str().unwrap().to_owned())
        .collect();
    let known = ["DEBUG", "INFO", "WARNING", "ERROR"].map(str::to_owned);
    assert!(
        severities.iter().all(|severity| known.contains(severity)),
        "{severities:?}"
    );
    for line in &lines {
        let time = line["time"].as_str().unwrap();
        assert!(chrono::DateTime::parse_from_rfc3339(time).is_ok(), "{time}");
        assert!(line["logging.googleapis.com/labels"]["service"].is_string());
        told.push(line.to_string());
    }
    let signature = maya.token.rsplit('.').next().unwrap();
    for secret in [EMAIL, PHONE, PASSWORD, KEY, &maya.token, signature] {
        for text in &told {
            assert!(!text.contains(secret), "{secret} was told: {text}");
        }
    }
}
