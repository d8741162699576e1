//! People, and what they do to the service under test.

use std::{
    path::Path,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use service_kit::harness::Harness;

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
        Self(Harness::start(auth::SERVICE).await)
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        Answer::of(self.0.post(path).json(&body).send().await.expect("an answer")).await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        Answer::of(self.0.get(path).send().await.expect("an answer")).await
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

    pub(crate) async fn login(&self, email: &str, password: &str) -> Answer {
        self.post("/auth/login", json!({ "email": email, "password": password }))
            .await
    }

    /// Waits for the message after `seen` others to one contact, and reads its code.
    pub(crate) async fn code_to(&self, contact: &str) -> String {
        let folder = self.0.folder().join("outbox");
        let deadline = tokio::time::Instant::now() + DEADLINE;
        loop {
            if let Some(text) = newest_message(&folder, contact) {
                return text;
            }
            assert!(tokio::time::Instant::now() < deadline, "no message to {contact}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
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

    pub(crate) async fn get(&self, auth: &Auth, path: &str) -> Answer {
        Answer::of(
            auth.0
                .get(path)
                .bearer_auth(&self.access)
                .send()
                .await
                .expect("an answer"),
        )
        .await
    }
}

pub(crate) fn fresh_email() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("person{}@example.in", NEXT.fetch_add(1, Ordering::Relaxed))
}

pub(crate) fn signup(email: &str, role: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "display_name": "Sita Devi", "role": role })
}
