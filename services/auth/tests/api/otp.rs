use chrono::Duration;
use serde_json::json;

use crate::people::{Auth, PASSWORD, Person, fresh_email, fresh_phone, other_than, signup};

#[tokio::test]
async fn an_unknown_number_becomes_an_account_and_a_known_one_signs_in() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let body = json!({
        "phone": phone, "code": code, "role": "artisan", "display_name": "सीता देवी", "language": "hi",
    });
    let new = auth.post("/auth/otp/verify", body).await.expect(201);
    assert_eq!(
        (&new["is_new"], &new["user"]["role"]),
        (&json!(true), &json!("artisan"))
    );
    assert_eq!(new["user"]["phone"], phone.as_str());
    assert_eq!(new["user"]["display_name"], "सीता देवी");
    assert!(new["user"]["email"].is_null());

    auth.pass(Duration::minutes(2));
    let code = auth.otp(&phone).await;
    let body = json!({ "phone": phone, "code": code, "role": "buyer", "display_name": "Mallory" });
    let known = auth.post("/auth/otp/verify", body).await.expect(200);
    assert_eq!(known["is_new"], false);
    assert_eq!(known["user"], new["user"]);
}

#[tokio::test]
async fn the_answer_is_the_same_for_known_and_unknown_numbers() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    auth.verify_otp(&phone, &code).await.expect(201);
    auth.pass(Duration::minutes(2));
    let known = auth
        .post("/auth/otp", json!({ "phone": phone }))
        .await
        .expect(202);
    let unknown = auth
        .post("/auth/otp", json!({ "phone": fresh_phone() }))
        .await
        .expect(202);
    assert_eq!(known, unknown);
    assert_eq!(known, json!({ "expires_in": 300 }));
}

#[tokio::test]
async fn a_code_is_good_once() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    auth.verify_otp(&phone, &code).await.expect(201);
    auth.verify_otp(&phone, &code)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_code_lasts_five_minutes() {
    let auth = Auth::start().await;
    let (late, timely) = (fresh_phone(), fresh_phone());
    let (code, other) = (auth.otp(&late).await, auth.otp(&timely).await);
    auth.pass(Duration::seconds(290));
    auth.verify_otp(&timely, &other).await.expect(201);
    auth.pass(Duration::seconds(11));
    auth.verify_otp(&late, &code)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn five_wrong_tries_void_a_code() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    for _ in 0..5 {
        auth.verify_otp(&phone, &other_than(&code))
            .await
            .expect_problem(401, "invalid_code");
    }
    auth.verify_otp(&phone, &code)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn a_new_code_voids_the_old() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let old = auth.otp(&phone).await;
    auth.pass(Duration::minutes(1));
    let new = auth.otp(&phone).await;
    if old != new {
        auth.verify_otp(&phone, &old)
            .await
            .expect_problem(401, "invalid_code");
    }
    auth.verify_otp(&phone, &new).await.expect(201);
}

#[tokio::test]
async fn one_code_a_minute_and_five_an_hour() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    for _ in 0..5 {
        auth.otp(&phone).await;
        let soon = auth.post("/auth/otp", json!({ "phone": phone })).await;
        assert!((1..=60).contains(&soon.header("retry-after").parse::<i64>().unwrap()));
        soon.expect_problem(429, "too_many_requests");
        auth.pass(Duration::minutes(1));
    }
    let sixth = auth.post("/auth/otp", json!({ "phone": phone })).await;
    assert!(sixth.header("retry-after").parse::<i64>().unwrap() > 3000);
    sixth.expect(429);
    auth.pass(Duration::hours(1));
    auth.otp(&phone).await;
}

#[tokio::test]
async fn ten_wrong_tries_end_the_day_over_all_codes() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    for _ in 0..2 {
        let code = auth.otp(&phone).await;
        for _ in 0..5 {
            auth.verify_otp(&phone, &other_than(&code)).await.expect(401);
        }
        auth.pass(Duration::minutes(1));
    }
    auth.verify_otp(&phone, "000000")
        .await
        .expect_problem(429, "too_many_requests");
    auth.post("/auth/otp", json!({ "phone": phone }))
        .await
        .expect_problem(429, "too_many_requests");
    auth.pass(Duration::days(1));
    let code = auth.otp(&phone).await;
    auth.verify_otp(&phone, &code).await.expect(201);
}

#[tokio::test]
async fn tries_at_once_are_no_more_tries() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let wrong = other_than(&code);
    let tries = (0..30).map(|_| auth.verify_otp(&phone, &wrong));
    let answers = futures::future::join_all(tries).await;
    assert!(answers.iter().all(|answer| answer.status == 401));
    auth.verify_otp(&phone, &code)
        .await
        .expect_problem(401, "invalid_code");
}

#[tokio::test]
async fn one_right_code_sent_many_times_at_once_is_one_account_and_one_session() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let tries = (0..8).map(|_| auth.verify_otp(&phone, &code));
    let answers = futures::future::join_all(tries).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    assert_eq!(
        statuses.iter().filter(|status| **status == 201).count(),
        1,
        "{statuses:?}"
    );
    assert_eq!(
        statuses.iter().filter(|status| **status == 401).count(),
        7,
        "{statuses:?}"
    );
}

#[tokio::test]
async fn a_verification_repeated_with_its_key_gets_the_same_tokens() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let code = auth.otp(&phone).await;
    let body = json!({ "phone": phone, "code": code });
    let first = auth
        .post_once("k", "/auth/otp/verify", body.clone())
        .await
        .expect(201);
    let again = auth
        .post_once("k", "/auth/otp/verify", body.clone())
        .await
        .expect(201);
    assert_eq!(again["refresh_token"], first["refresh_token"]);
    assert_eq!(again["access_token"], first["access_token"]);
    auth.pass(Duration::minutes(6));
    auth.post_once("k", "/auth/otp/verify", body)
        .await
        .expect_problem(409, "already_done");
}

#[tokio::test]
async fn a_request_repeated_with_its_key_sends_one_code() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    for _ in 0..2 {
        auth.post_once("k", "/auth/otp", json!({ "phone": phone }))
            .await
            .expect(202);
    }
    auth.code_to(&phone).await;
    auth.idle().await;
    let left = std::fs::read_dir(auth.0.folder().join("outbox/sms"))
        .unwrap()
        .count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn numbers_elsewhere_get_no_messages() {
    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_PHONE_COUNTRIES", "91,880")]).await;
    for phone in ["+12025550123", "+8190123456789"] {
        let problem = auth
            .post("/auth/otp", json!({ "phone": phone }))
            .await
            .expect(422);
        assert_eq!(problem["errors"][0]["pointer"], "/phone");
        assert_eq!(problem["errors"][0]["code"], "country_not_served");
    }
    auth.post("/auth/otp", json!({ "phone": "+8801712345678" }))
        .await
        .expect(202);
}

#[tokio::test]
async fn codes_are_capped_by_address_and_in_all() {
    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_CODES_PER_ADDRESS", "3")]).await;
    for _ in 0..3 {
        auth.post("/auth/otp", json!({ "phone": fresh_phone() }))
            .await
            .expect(202);
    }
    auth.post("/auth/otp", json!({ "phone": fresh_phone() }))
        .await
        .expect_problem(429, "too_many_requests");
    auth.pass(Duration::days(1));
    auth.post("/auth/otp", json!({ "phone": fresh_phone() }))
        .await
        .expect(202);

    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_CODES_PER_DAY", "3")]).await;
    for _ in 0..3 {
        auth.post("/auth/otp", json!({ "phone": fresh_phone() }))
            .await
            .expect(202);
    }
    auth.post("/auth/otp", json!({ "phone": fresh_phone() }))
        .await
        .expect_problem(429, "too_many_requests");
}

#[tokio::test]
async fn what_is_wrong_with_a_request_is_named() {
    let auth = Auth::start().await;
    for phone in ["9876543210", "+91 98765 43210", "+0987654321", "+91987654321x"] {
        let problem = auth
            .post("/auth/otp", json!({ "phone": phone }))
            .await
            .expect(422);
        assert_eq!(problem["errors"][0]["pointer"], "/phone", "{phone}");
    }
    let phone = fresh_phone();
    for (pointer, body) in [
        (
            "/role",
            json!({ "phone": phone, "code": "123456", "role": "admin" }),
        ),
        ("/code", json!({ "phone": phone, "code": "12345" })),
        (
            "/display_name",
            json!({ "phone": phone, "code": "123456", "display_name": "\u{202e}" }),
        ),
        (
            "/user_id",
            json!({ "phone": phone, "code": "123456", "user_id": "x" }),
        ),
    ] {
        let problem = auth.post("/auth/otp/verify", body).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer);
    }
}

#[tokio::test]
async fn the_message_speaks_the_accounts_language() {
    let auth = Auth::start().await;
    let email = fresh_email();
    let mut body = signup(&email, "artisan");
    body["language"] = json!("ta");
    let sita = Person::of(&auth.post("/auth/signup", body).await.expect(201));
    sita.post(&auth, "/auth/codes", json!({ "purpose": "payout_method" }))
        .await
        .expect(202);
    auth.idle().await;
    let mail = std::fs::read_dir(auth.0.folder().join("outbox/mail"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    let text = std::fs::read_to_string(mail.path()).unwrap();
    assert!(text.contains("பணம் பெறும் முறையை மாற்ற"), "{text}");
    auth.login(&email, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn repeats_at_once_with_one_key_get_one_answer() {
    let auth = Auth::start().await;
    let phone = fresh_phone();
    let requests = (0..6).map(|_| auth.post_once("ask", "/auth/otp", json!({ "phone": phone })));
    for answer in futures::future::join_all(requests).await {
        answer.expect(202);
    }
    let code = auth.code_to(&phone).await;
    let body = json!({ "phone": phone, "code": code });
    let verifications = (0..6).map(|_| auth.post_once("enter", "/auth/otp/verify", body.clone()));
    let answers = futures::future::join_all(verifications).await;
    let tokens: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect(201)["refresh_token"].clone())
        .collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
    let signup = crate::people::signup(&fresh_email(), "buyer");
    let signups = (0..6).map(|_| auth.post_once("join", "/auth/signup", signup.clone()));
    for answer in futures::future::join_all(signups).await {
        answer.expect(201);
    }
}
