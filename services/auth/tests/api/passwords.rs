use chrono::Duration;
use serde_json::json;

use crate::people::{Auth, PASSWORD, fresh_phone, other_than};

const NEW: &str = "purple monkey dishwasher lamp";

#[tokio::test]
async fn a_forgotten_password_is_set_anew_and_every_session_ends() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    auth.post("/auth/password/forgot", json!({ "email": sita.email }))
        .await
        .expect(202);
    let code = auth.code_to(&sita.email).await;
    let reset = |code: &str| json!({ "email": sita.email, "code": code, "new_password": NEW });
    auth.post("/auth/password/reset", reset(&other_than(&code)))
        .await
        .expect_problem(401, "invalid_code");
    auth.post("/auth/password/reset", reset(&code)).await.expect(204);
    auth.post("/auth/password/reset", reset(&code))
        .await
        .expect_problem(401, "invalid_code");

    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    sita.get(&auth, "/auth/profile")
        .await
        .expect_problem(401, "session_ended");
    auth.login(&sita.email, PASSWORD)
        .await
        .expect_problem(401, "invalid_credentials");
    let body = auth.login(&sita.email, NEW).await.expect(200);
    let sita = crate::people::Person::of(&body);
    assert_eq!(
        sita.get(&auth, "/auth/profile").await.expect(200)["email_verified"],
        true
    );
}

#[tokio::test]
async fn asking_for_an_unknown_account_looks_the_same_and_sends_nothing() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let known = auth
        .post("/auth/password/forgot", json!({ "email": sita.email }))
        .await
        .expect(202);
    let unknown = auth
        .post("/auth/password/forgot", json!({ "email": "nobody@example.in" }))
        .await
        .expect(202);
    assert_eq!(known, unknown);
    let unknown = auth
        .post("/auth/password/forgot", json!({ "phone": fresh_phone() }))
        .await
        .expect(202);
    assert_eq!(known, unknown);
    auth.code_to(&sita.email).await;
    auth.idle().await;
    for folder in ["outbox/mail", "outbox/sms"] {
        let left = std::fs::read_dir(auth.0.folder().join(folder)).map_or(0, Iterator::count);
        assert_eq!(left, 0, "{folder}");
    }
    // Both are asked too often after the same time.
    for email in [sita.email.as_str(), "nobody@example.in"] {
        auth.post("/auth/password/forgot", json!({ "email": email }))
            .await
            .expect_problem(429, "too_many_requests");
    }
}

#[tokio::test]
async fn an_account_by_number_gets_a_password_by_number() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let gita = crate::people::Person::of(&auth.verify_otp(&phone, &code).await.expect(201));
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    gita.post(&auth, "/auth/password/change", change)
        .await
        .expect_problem(409, "no_password");
    auth.pass(Duration::minutes(1));
    auth.post("/auth/password/forgot", json!({ "phone": phone }))
        .await
        .expect(202);
    let code = auth.code_to(&phone).await;
    let reset = json!({ "phone": phone, "code": code, "new_password": PASSWORD });
    auth.post("/auth/password/reset", reset).await.expect(204);
    auth.pass(Duration::minutes(1));
    let code = auth.otp(&phone).await;
    let gita = crate::people::Person::of(&auth.verify_otp(&phone, &code).await.expect(200));
    let change = json!({ "current_password": PASSWORD, "new_password": NEW });
    gita.post(&auth, "/auth/password/change", change)
        .await
        .expect(204);
}

#[tokio::test]
async fn a_code_to_sign_in_resets_no_password() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let reset = json!({ "phone": phone, "code": code, "new_password": NEW });
    auth.post("/auth/password/reset", reset)
        .await
        .expect_problem(401, "invalid_code");
    auth.verify_otp(&phone, &code).await.expect(201);
}

#[tokio::test]
async fn a_reset_repeated_with_its_key_gets_the_first_answer() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    auth.post("/auth/password/forgot", json!({ "email": sita.email }))
        .await
        .expect(202);
    let code = auth.code_to(&sita.email).await;
    let reset = json!({ "email": sita.email, "code": code, "new_password": NEW });
    auth.post_once("k", "/auth/password/reset", reset.clone())
        .await
        .expect(204);
    auth.post_once("k", "/auth/password/reset", reset)
        .await
        .expect(204);
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sessions() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let elsewhere = auth.signed_in(&sita.email).await;
    let change = |current: &str, new: &str| json!({ "current_password": current, "new_password": new });
    let path = "/auth/password/change";
    sita.post(&auth, path, change("not the password", NEW))
        .await
        .expect_problem(403, "wrong_password");
    let weak = sita
        .post(&auth, path, change(PASSWORD, "password1234"))
        .await
        .expect_problem(422, "weak_password");
    assert_eq!(weak["errors"][0]["pointer"], "/new_password");
    sita.post(&auth, path, change(PASSWORD, NEW)).await.expect(204);

    auth.refresh(&elsewhere.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    sita.get(&auth, "/auth/profile").await.expect(200);
    auth.refresh(&sita.refresh).await.expect(200);
    auth.login(&sita.email, PASSWORD).await.expect(401);
    auth.login(&sita.email, NEW).await.expect(200);
}

#[tokio::test]
async fn a_stolen_token_guesses_no_more_than_a_stranger() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let guess = json!({ "current_password": "not the password", "new_password": NEW });
    for _ in 0..10 {
        sita.post(&auth, "/auth/password/change", guess.clone())
            .await
            .expect_problem(403, "wrong_password");
    }
    sita.post(&auth, "/auth/password/change", guess)
        .await
        .expect_problem(429, "too_many_requests");
    auth.login(&sita.email, PASSWORD)
        .await
        .expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn exactly_one_contact_is_given() {
    let auth = Auth::start().await;
    for body in [
        json!({}),
        json!({ "email": "a@example.in", "phone": "+919876543210" }),
    ] {
        auth.post("/auth/password/forgot", body)
            .await
            .expect_problem(422, "invalid");
    }
}
