//! People, and what they do to the service under test.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use backends::events::{Outcome, Subscription};
use chrono::Duration as Span;
use http::Method;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use service_kit::harness::Harness;
use shared_models::events::{Event, Topic};

pub(crate) const PASSWORD: &str = "correct horse battery staple";
/// How long to wait for what happens by itself.
const DEADLINE: Duration = Duration::from_secs(20);

/// The service under test.
pub(crate) struct Auth(pub(crate) Harness);

/// Somebody with tokens.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) email: String,
    pub(crate) access: String,
    pub(crate) refresh: String,
}

/// An answer, read to its end.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) async fn of(response: Response) -> Self {
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a whole body");
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self {
            status,
            headers,
            body,
        }
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    #[track_caller]
    pub(crate) fn expect_problem(self, status: u16, code: &str) -> Value {
        assert_eq!(
            (self.status.as_u16(), self.body["code"].as_str()),
            (status, Some(code)),
            "{}",
            self.body
        );
        self.body
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("text"))
    }
}

impl Auth {
    pub(crate) async fn start() -> Self {
        Self::with(&[]).await
    }

    /// Started with settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let setup = settings
            .iter()
            .fold(Harness::of(auth::SERVICE), |setup, (name, value)| {
                setup.setting(name, *value)
            });
        Self(setup.start().await)
    }

    /// Time passes.
    pub(crate) fn pass(&self, time: Span) {
        self.0.clock().advance(time);
    }

    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        Answer::of(request.send().await.expect("an answer")).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send(self.0.post(path).json(&body)).await
    }

    /// A POST with an idempotency key.
    pub(crate) async fn post_once(&self, key: &str, path: &str, body: Value) -> Answer {
        self.send(self.0.post(path).header("Idempotency-Key", key).json(&body))
            .await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.0.get(path)).await
    }

    /// Signs up somebody new.
    pub(crate) async fn artisan(&self) -> Person {
        self.person("artisan").await
    }

    /// Signs up somebody new.
    pub(crate) async fn buyer(&self) -> Person {
        self.person("buyer").await
    }

    async fn person(&self, role: &str) -> Person {
        let email = fresh_email();
        let body = self.post("/auth/signup", signup(&email, role)).await.expect(201);
        Person::of(&body)
    }

    /// Somebody new whom the command line made an admin.
    pub(crate) async fn admin(&self) -> Person {
        let person = self.buyer().await;
        auth::commands::grant_admin(self.0.kit.clone(), person.email.clone())
            .await
            .expect("a grant");
        self.signed_in(&person.email).await
    }

    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        self.post("/auth/login", json!({ "email": email, "password": password }))
            .await
    }

    /// Signs in once more.
    pub(crate) async fn signed_in(&self, email: &str) -> Person {
        Person::of(&self.login(email, PASSWORD).await.expect(200))
    }

    pub(crate) async fn refresh(&self, token: &str) -> Answer {
        self.post("/auth/refresh", json!({ "refresh_token": token }))
            .await
    }

    pub(crate) async fn refresh_once(&self, key: &str, token: &str) -> Answer {
        self.post_once(key, "/auth/refresh", json!({ "refresh_token": token }))
            .await
    }

    /// Asks for a code to sign in by, and reads it.
    pub(crate) async fn otp(&self, phone: &str) -> String {
        self.post("/auth/otp", json!({ "phone": phone }))
            .await
            .expect(202);
        self.code_to(phone).await
    }

    pub(crate) async fn verify_otp(&self, phone: &str, code: &str) -> Answer {
        self.post("/auth/otp/verify", json!({ "phone": phone, "code": code }))
            .await
    }

    /// What product is told of somebody.
    pub(crate) async fn summary(&self, id: &str) -> Answer {
        let token = self.0.service_token(service_client::Service::Product).await;
        let path = format!("/internal/users/{id}");
        self.send(self.0.get(&path).header("X-Service-Token", token))
            .await
    }

    /// Waits for the newest message to a contact, takes it away, and reads its code.
    pub(crate) async fn code_to(&self, contact: &str) -> String {
        let folder = self.0.folder().join("outbox");
        let code = async || newest_message(&folder, contact);
        eventually(&format!("a message to {contact}"), code).await
    }

    /// Waits until every job that is due has ended, so that what was not sent never will be.
    pub(crate) async fn idle(&self) {
        let waiting = async || {
            let query = backends::documents::Query::all("jobs");
            let jobs = self
                .0
                .kit
                .backends
                .documents
                .query(&query)
                .await
                .expect("the jobs");
            let now = self.0.clock().now();
            let due = |body: &Value| {
                let due_at: chrono::DateTime<chrono::Utc> =
                    serde_json::from_value(body["due_at"].clone()).expect("a time");
                body["state"] == "waiting" && due_at <= now + Span::minutes(1)
            };
            jobs.iter().all(|job| !due(&job.body)).then_some(())
        };
        eventually("all due jobs ended", waiting).await;
    }

    /// Waits for the next events about somebody, up to one that `last` accepts.
    pub(crate) async fn events_about(&self, id: &str, last: impl Fn(&Event) -> bool) -> Vec<Event> {
        const EVENTS: Subscription = Subscription::to(
            "test.users",
            &[Topic::UserRegistered, Topic::UserUpdated, Topic::UserDeleted],
        );
        let log = &self.0.kit.backends.events;
        log.subscribe(&EVENTS).await.expect("a subscription");
        let mut told = Vec::new();
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            for delivery in log
                .pull(&EVENTS, 50, Duration::from_millis(100))
                .await
                .expect("events")
            {
                log.settle(&delivery, Outcome::Done).await.expect("settled");
                if delivery.event.subject == id {
                    told.push(delivery.event);
                }
            }
            if told.iter().any(&last) {
                return told;
            }
            assert!(tokio::time::Instant::now() < deadline, "not told: {told:?}");
        }
    }
}

/// Waits for something that happens by itself.
pub(crate) async fn eventually<T>(what: &str, look: impl AsyncFn() -> Option<T>) -> T {
    let deadline = tokio::time::Instant::now() + DEADLINE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < deadline,
            "waited in vain for {what}"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// Reads the newest message to a contact, and takes it away.
fn newest_message(folder: &Path, contact: &str) -> Option<String> {
    let folder = folder.join(if contact.starts_with('+') { "sms" } else { "mail" });
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();
    files.sort();
    let to = format!("To: {contact}\n");
    let found = files.into_iter().rev().find_map(|path| {
        let text = std::fs::read_to_string(&path).ok()?;
        text.starts_with(&to).then_some((path, text))
    });
    let (path, text) = found?;
    std::fs::remove_file(path).expect("a message taken");
    let code = text.split("\n\n").nth(1)?.chars().take(6).collect::<String>();
    assert!(code.bytes().all(|byte| byte.is_ascii_digit()), "{text}");
    Some(code)
}

impl Person {
    pub(crate) fn of(body: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            id: text(&body["user"]["id"]),
            email: text(&body["user"]["email"]),
            access: text(&body["access_token"]),
            refresh: text(&body["refresh_token"]),
        }
    }

    pub(crate) fn request(&self, auth: &Auth, method: Method, path: &str) -> RequestBuilder {
        auth.0.request(method, path).bearer_auth(&self.access)
    }

    pub(crate) async fn get(&self, auth: &Auth, path: &str) -> Answer {
        auth.send(self.request(auth, Method::GET, path)).await
    }

    pub(crate) async fn post(&self, auth: &Auth, path: &str, body: Value) -> Answer {
        auth.send(self.request(auth, Method::POST, path).json(&body))
            .await
    }

    pub(crate) async fn put(&self, auth: &Auth, path: &str, body: Value) -> Answer {
        auth.send(self.request(auth, Method::PUT, path).json(&body)).await
    }

    pub(crate) async fn patch(&self, auth: &Auth, path: &str, body: Value) -> Answer {
        auth.send(self.request(auth, Method::PATCH, path).json(&body))
            .await
    }

    pub(crate) async fn delete(&self, auth: &Auth, path: &str) -> Answer {
        auth.send(self.request(auth, Method::DELETE, path)).await
    }

    /// Asks for a code of a purpose, and reads it.
    pub(crate) async fn code(&self, auth: &Auth, purpose: &str, contact: &str) -> String {
        self.post(auth, "/auth/codes", json!({ "purpose": purpose }))
            .await
            .expect(202);
        auth.code_to(contact).await
    }
}

pub(crate) fn fresh_phone() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("+9198{:08}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A code that this one is not.
pub(crate) fn other_than(code: &str) -> String {
    let first = if code.starts_with('0') { "1" } else { "0" };
    format!("{first}{}", &code[1..])
}

pub(crate) fn fresh_email() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("person{}@example.in", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn signup(email: &str, role: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "display_name": "Sita Devi", "role": role })
}
