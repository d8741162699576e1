//! Secrets that are planted are found nowhere: in no file of the data folder but the message itself, and in no log.

use std::{
    io::Write,
    path::Path,
    sync::{Arc, Mutex, OnceLock},
};

use chrono::Duration;
use serde_json::json;

use crate::people::{Auth, Person, fresh_email, fresh_phone, other_than};

/// Everything that this test binary logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("the log").extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Installed once: subscribers are global.
fn log() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        let chatty = "info,access=trace,auth=trace,service_kit=trace,backends=trace,service_client=trace";
        tracing_subscriber::fmt()
            .with_env_filter(chatty)
            .with_writer(move || writer.clone())
            .with_ansi(false)
            .init();
        log
    })
    .clone()
}

/// Every byte below a folder, but of the messages and of the keys.
fn bytes_below(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.file_name().unwrap().to_str().unwrap() {
            "outbox" | "keys" => {}
            _ if path.is_dir() => all.extend(bytes_below(&path)),
            _ => all.extend(std::fs::read(&path).unwrap()),
        }
    }
    all
}

/// Whether a secret stands somewhere, not as a part of a longer number or word.
fn holds(haystack: &[u8], secret: &str) -> bool {
    let word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    haystack.windows(secret.len()).enumerate().any(|(at, window)| {
        let before = at.checked_sub(1).and_then(|before| haystack.get(before));
        window == secret.as_bytes() && !word(before) && !word(haystack.get(at + secret.len()))
    })
}

#[tokio::test]
async fn no_password_code_or_token_is_stored_or_logged() {
    let log = log();
    let auth = Auth::start().await;
    let (email, phone) = (fresh_email(), fresh_phone());
    let passwords = [
        "canary wings over mithila",
        "canary songs in madhubani",
        "canary nest that is wrong",
    ];

    let body = json!({ "email": email, "password": passwords[0], "display_name": "Sita", "role": "artisan" });
    let sita = Person::of(
        &auth
            .post_once("signup-key", "/auth/signup", body)
            .await
            .expect(201),
    );
    auth.login(&email, passwords[2]).await.expect(401);
    let body = json!({ "email": email, "password": passwords[0] });
    let login = Person::of(&auth.post_once("login-key", "/auth/login", body).await.expect(200));
    let refreshed = Person::of(&auth.refresh_once("refresh-key", &login.refresh).await.expect(200));
    auth.refresh_once("refresh-key", &login.refresh).await.expect(200);

    let sign_in = auth.otp(&phone).await;
    auth.verify_otp(&phone, &other_than(&sign_in)).await.expect(401);
    let body = json!({ "phone": phone, "code": sign_in });
    let gita = Person::of(
        &auth
            .post_once("otp-key", "/auth/otp/verify", body)
            .await
            .expect(201),
    );
    let payout = sita.code(&auth, "payout_method", &email).await;
    auth.pass(Duration::minutes(2));
    auth.post("/auth/password/forgot", json!({ "email": email }))
        .await
        .expect(202);
    let forgot = auth.code_to(&email).await;
    let body = json!({ "email": email, "code": forgot, "new_password": passwords[1] });
    auth.post_once("reset-key", "/auth/password/reset", body)
        .await
        .expect(204);
    auth.refresh(&sita.refresh).await.expect(401);

    let stored = bytes_below(auth.0.folder());
    let logged = log.0.lock().unwrap().clone();
    assert!(
        holds(&stored, &sita.id) && logged.windows(6).any(|window| window == b"access"),
        "nothing was looked at"
    );
    let people = [&sita, &login, &refreshed, &gita];
    let tokens = people
        .iter()
        .flat_map(|person| [person.access.as_str(), person.refresh.as_str()]);
    let codes = [&sign_in, &payout, &forgot].map(String::as_str);
    for secret in tokens.chain(codes).chain(passwords) {
        assert!(!holds(&stored, secret), "stored: {secret}");
        assert!(!holds(&logged, secret), "logged: {secret}");
    }
    for person in people {
        let signature = person.access.rsplit('.').next().unwrap();
        assert!(!holds(&stored, signature) && !holds(&logged, signature));
    }
    for personal in [email.as_str(), phone.as_str()] {
        assert!(
            !logged
                .windows(personal.len())
                .any(|window| window == personal.as_bytes()),
            "logged: {personal}"
        );
    }
}
