//! Planted secrets turn up nowhere: not in the log at debug level, not in refusals, metrics or headers, and
//! in no file but those that are made to hold them.

#![expect(clippy::expect_used, reason = "what fails here fails the test")]

use serde_json::{Value, json};
use service_client::Service;
use tests::{
    Answer, Fleet,
    canary::{Birds, Log, bytes_below},
    messages,
};

const RIGHT: &str = "canary-wings-over-mithila-71";
const WRONG: &str = "canary-nest-that-is-wrong-72";
const NEXT: &str = "canary-songs-in-madhubani-73";
const PHONE: &str = "+919811122233";
const EMAIL: &str = "canary@example.com";

#[tokio::test]
async fn no_planted_secret_turns_up_anywhere() {
    let log = Log::listen();
    let fleet = Fleet::start().await;
    let mut birds = Birds::default();
    let mut refusals = Vec::new();

    signs_in(&fleet, &mut birds, &mut refusals).await;
    gets_codes(&fleet, &mut birds, &mut refusals).await;
    shows_bad_tokens(&fleet, &mut birds, &mut refusals).await;
    for (path, key) in bytes_below(&fleet.data_dir().join("keys"), &[]) {
        if path.ends_with(".secret") {
            birds.release("a key", String::from_utf8(key).expect("base64url").trim());
        }
    }

    assert!(birds.count() > 20, "{} secrets only", birds.count());
    for answer in &refusals {
        assert!(
            answer.status.is_client_error(),
            "{}: {}",
            answer.asked,
            answer.status
        );
        birds.are_not_in(&format!("the refusal of {}", answer.asked), &answer.body);
        birds.are_not_in("its headers", format!("{:?}", answer.headers).as_bytes());
    }
    for service in [Service::Gateway, Service::Auth, Service::Product] {
        let door = fleet.anyone().going_to(fleet.url(service).expect("a service"));
        birds.are_not_in("the metrics", &door.get("/metrics").await.expect(200).body);
    }
    let data = fleet.data_dir().to_owned();
    // Messages are made to be read by who gets them.
    for (path, bytes) in bytes_below(&data, &["keys", "outbox"]) {
        birds.are_not_in(&path, &bytes);
    }
    let logged = log.written();
    assert!(
        logged.windows(12).any(|window| window == b"/auth/signup"),
        "the log was not looked at"
    );
    birds.are_not_in("the log", &logged);
    fleet.stop().await;
}

/// Passwords and tokens, by all that is done with them.
async fn signs_in(fleet: &Fleet, birds: &mut Birds, refusals: &mut Vec<Answer>) {
    let visitor = fleet.anyone();
    for password in [RIGHT, WRONG, NEXT] {
        birds.release("a password", password);
    }
    let account =
        |email: &str| json!({ "email": email, "password": RIGHT, "display_name": "Asha", "role": "artisan" });
    let key = "canary-idempotency-key-74";
    birds.release("an idempotency key", key);
    let signed_up = visitor
        .post("/auth/signup", account(EMAIL))
        .once(key)
        .await
        .expect(201);
    let tokens: Value = signed_up.json();
    release_tokens(birds, &tokens);
    visitor
        .post("/auth/signup", account(EMAIL))
        .once(key)
        .await
        .expect(201);
    refusals.push(visitor.post("/auth/signup", account(EMAIL)).await);
    refusals.push(
        visitor
            .post("/auth/signup", json!({ "password": WRONG, "surprise": WRONG }))
            .await,
    );
    refusals.push(
        visitor
            .post("/auth/login", json!({ "email": EMAIL, "password": WRONG }))
            .await,
    );
    refusals.push(
        visitor
            .post("/auth/login", json!({ "email": EMAIL, "password": [WRONG] }))
            .await,
    );

    let owner = visitor.showing(tokens["access_token"].as_str().expect("a token"));
    refusals.push(
        owner
            .post(
                "/auth/password/change",
                json!({ "current_password": WRONG, "new_password": NEXT }),
            )
            .await,
    );
    let refresh = json!({ "refresh_token": tokens["refresh_token"] });
    let fresh: Value = visitor.post("/auth/refresh", &refresh).await.expect_ok();
    release_tokens(birds, &fresh);
    refusals.push(visitor.post("/auth/refresh", &refresh).await);
    let login: Value = visitor
        .post("/auth/login", json!({ "email": EMAIL, "password": RIGHT }))
        .await
        .expect_ok();
    release_tokens(birds, &login);
}

/// Codes by text message and by mail.
async fn gets_codes(fleet: &Fleet, birds: &mut Birds, refusals: &mut Vec<Answer>) {
    let visitor = fleet.anyone();
    visitor
        .post("/auth/otp", json!({ "phone": PHONE }))
        .await
        .expect(202);
    let code = messages::only_code(fleet.data_dir()).await;
    birds.release("a code", &code);
    let wrong = if code == "271828" { "314159" } else { "271828" };
    refusals.push(
        visitor
            .post("/auth/otp/verify", json!({ "phone": PHONE, "code": wrong }))
            .await,
    );
    let answer = visitor
        .post("/auth/otp/verify", json!({ "phone": PHONE, "code": code }))
        .await
        .expect(201);
    release_tokens(birds, &answer.json());
    refusals.push(
        visitor
            .post("/auth/otp/verify", json!({ "phone": PHONE, "code": code }))
            .await,
    );
}

/// Tokens that are no good, in every place where somebody may put one.
async fn shows_bad_tokens(fleet: &Fleet, birds: &mut Birds, refusals: &mut Vec<Answer>) {
    let forged = "canaryheader75.canaryclaims76.canarysignature77";
    birds.release_token("a forged token", forged);
    let visitor = fleet.anyone();
    refusals.push(visitor.showing(forged).get("/auth/profile").await);
    refusals.push(
        visitor
            .get("/auth/profile")
            .header("x-service-token", forged)
            .await,
    );
    refusals.push(visitor.get("/auth/profile").header("traceparent", forged).await);
    refusals.push(visitor.get(&format!("/products/not-an-id?token={forged}")).await);
    refusals.push(visitor.get("/products?cursor=canarycursor78").await);
    birds.release("a cursor", "canarycursor78");
    let auth = fleet.anyone().going_to(fleet.url(Service::Auth).expect("auth"));
    let internal = "/internal/users/01890000-0000-7000-8000-000000000000";
    refusals.push(auth.get(internal).header("x-service-token", forged).await);
}

fn release_tokens(birds: &mut Birds, tokens: &Value) {
    for name in ["access_token", "refresh_token"] {
        birds.release_token("a token", tokens[name].as_str().expect("a token"));
    }
}
