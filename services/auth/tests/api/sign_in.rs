use serde_json::{Value, json};
use service_client::Service;

use crate::people::{Answer, Auth, PASSWORD, fresh_email, signup};

#[tokio::test]
async fn whoever_signs_up_is_signed_in_and_can_sign_in_again() {
    let auth = Auth::start().await;
    let email = fresh_email();
    let mut body = signup(&email, "artisan");
    body["language"] = json!("hi");
    body["region"] = json!(" Bihar ");
    let answer = auth.post("/auth/signup", body).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let body = answer.expect(201);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 900);
    let user = &body["user"];
    assert_eq!(user["email"], email.as_str());
    assert_eq!(user["language"], "hi");
    assert_eq!(user["region"], "Bihar");
    assert!(user["phone"].is_null() && user["craft"].is_null());

    let again = auth.login(&email.to_uppercase(), PASSWORD).await.expect(200);
    assert_eq!(again["user"], *user);
    assert_ne!(again["refresh_token"], body["refresh_token"]);
}

#[tokio::test]
async fn an_account_is_told_once_with_its_role_and_nothing_personal() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let told = auth.events_about(&sita.id, |_| true).await;
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].topic.name(), told[0].revision), ("user-registered", 1));
    assert_eq!(told[0].data, json!({ "user_id": sita.id, "role": "artisan" }));
}

#[tokio::test]
async fn signing_up_names_what_is_wrong() {
    let auth = Auth::start().await;
    let with = |field: &str, value: Value| {
        let mut body = signup("sita@example.in", "artisan");
        body[field] = value;
        body
    };
    let long = "Weaving by moonlight ".repeat(7);
    let refusals = [
        ("/email", with("email", json!("sita"))),
        ("/email", with("email", json!("s\u{456}ta@example.in"))),
        (
            "/email",
            with("email", json!("sita@example.in\r\nBcc: all@example.in")),
        ),
        (
            "/email",
            with("email", json!(format!("{}@example.in", "a".repeat(300)))),
        ),
        ("/password", with("password", json!("short1!"))),
        ("/password", with("password", json!("password1234"))),
        ("/password", with("password", json!("qwertyuiop"))),
        ("/password", with("password", json!("sita@example.in"))),
        ("/password", with("password", json!(long))),
        ("/password", with("password", json!(12))),
        ("/display_name", with("display_name", json!("   "))),
        ("/display_name", with("display_name", json!("Sita\u{202e}"))),
        ("/display_name", with("display_name", json!("Sita\u{0}"))),
        ("/display_name", with("display_name", json!("S".repeat(81)))),
        ("/role", with("role", json!("admin"))),
        ("/role", with("role", Value::Null)),
        ("/language", with("language", json!("fr"))),
        ("/region", with("region", json!("x".repeat(81)))),
        ("/craft", with("craft", json!("\u{200b}"))),
        ("/id", with("id", json!("01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77"))),
        ("/email_verified", with("email_verified", json!(true))),
        ("/scope", with("scope", json!(["admin"]))),
    ];
    for (pointer, body) in refusals {
        let problem = auth.post("/auth/signup", body.clone()).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{body} {problem}");
        assert!(!problem.to_string().contains(&long), "a password comes back");
    }
    for field in ["email", "password", "display_name", "role"] {
        let mut body = signup("sita@example.in", "artisan");
        body.as_object_mut().unwrap().remove(field);
        let problem = auth
            .post("/auth/signup", body)
            .await
            .expect_problem(422, "invalid");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"));
    }
    auth.post("/auth/signup", signup("sita@example.in", "artisan"))
        .await
        .expect(201);
}

#[tokio::test]
async fn an_address_has_one_account_however_it_is_written() {
    let auth = Auth::start().await;
    let email = fresh_email();
    auth.post("/auth/signup", signup(&email, "artisan"))
        .await
        .expect(201);
    for same in [email.clone(), email.to_uppercase(), format!(" {email} ")] {
        let problem = auth.post("/auth/signup", signup(&same, "buyer")).await;
        problem.expect_problem(409, "email_taken");
    }
}

#[tokio::test]
async fn of_many_who_sign_up_at_once_with_one_address_one_gets_it() {
    let auth = Auth::with(&[("CRAFTCHAIN_AUTH_HASHES_AT_ONCE", "16")]).await;
    let email = fresh_email();
    let signups = (0..16).map(|_| auth.post("/auth/signup", signup(&email, "artisan")));
    let answers = futures::future::join_all(signups).await;
    let (made, refused): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|answer| answer.status == 201);
    assert_eq!(made.len(), 1);
    for answer in refused {
        answer.expect_problem(409, "email_taken");
    }
    let id = &made[0].body["user"]["id"];
    assert_eq!(auth.login(&email, PASSWORD).await.expect(200)["user"]["id"], *id);
}

#[tokio::test]
async fn a_signup_repeated_with_its_key_is_one_account_with_the_same_tokens() {
    let auth = Auth::start().await;
    let body = signup(&fresh_email(), "artisan");
    let first = auth
        .post_once("k1", "/auth/signup", body.clone())
        .await
        .expect(201);
    let again = auth
        .post_once("k1", "/auth/signup", body.clone())
        .await
        .expect(201);
    assert_eq!(again["access_token"], first["access_token"]);
    assert_eq!(again["refresh_token"], first["refresh_token"]);
    let mut other = body.clone();
    other["password"] = json!("another horse battery staple");
    auth.post_once("k1", "/auth/signup", other)
        .await
        .expect_problem(422, "idempotency_key_reused");
    auth.post_once("k2", "/auth/signup", body.clone())
        .await
        .expect_problem(409, "email_taken");

    auth.refresh(first["refresh_token"].as_str().unwrap())
        .await
        .expect(200);
    auth.post_once("k1", "/auth/signup", body)
        .await
        .expect_problem(409, "already_done");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_address_look_the_same() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let mut wrong = auth.login(&sita.email, "correct horse battery stapler").await;
    let mut unknown = auth.login("nobody@example.in", PASSWORD).await;
    assert_eq!(wrong.status, 401);
    for answer in [&mut wrong, &mut unknown] {
        answer.body["trace_id"] = Value::Null;
        answer.headers.remove("x-request-id");
        answer.headers.remove("date");
        answer.headers.remove("ratelimit-remaining");
        answer.headers.remove("ratelimit-reset");
    }
    assert_eq!(
        (wrong.status, wrong.headers, wrong.body),
        (unknown.status, unknown.headers, unknown.body)
    );
}

#[tokio::test]
async fn a_login_repeated_with_its_key_is_one_session() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let body = json!({ "email": sita.email, "password": PASSWORD });
    let first = auth.post_once("k", "/auth/login", body.clone()).await.expect(200);
    let again = auth.post_once("k", "/auth/login", body).await.expect(200);
    assert_eq!(again["refresh_token"], first["refresh_token"]);
    let sessions = sita.get(&auth, "/auth/sessions").await.expect(200);
    assert_eq!(sessions.as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_service_reads_a_summary_and_strangers_do_not() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let path = format!("/internal/users/{}", sita.id);
    let summary = auth.summary(&sita.id).await.expect(200);
    assert_eq!(summary["display_name"], "Sita Devi");
    assert_eq!(summary["suspended"], false);
    assert!(summary.get("email").is_none() && summary.get("phone").is_none());
    auth.get(&path).await.expect_problem(401, "unauthenticated");
    sita.get(&auth, &path)
        .await
        .expect_problem(401, "unauthenticated");
    let token = auth.0.service_token(Service::Media).await;
    let answer = auth
        .send(auth.0.get(&path).header("X-Service-Token", token))
        .await;
    answer.expect_problem(403, "forbidden");
    let nobody = auth.summary("01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77").await;
    nobody.expect_problem(404, "not_found");
    auth.summary("me").await.expect_problem(400, "malformed");
}

#[tokio::test]
async fn one_key_of_two_people_is_two_keys() {
    let auth = Auth::start().await;
    let (one, other) = (fresh_email(), fresh_email());
    auth.post_once("1", "/auth/signup", signup(&one, "artisan"))
        .await
        .expect(201);
    let second = auth
        .post_once("1", "/auth/signup", signup(&other, "artisan"))
        .await
        .expect(201);
    assert_eq!(second["user"]["email"], other.as_str());
}

#[tokio::test]
async fn the_api_describes_itself() {
    let auth = Auth::start().await;
    let document = auth.get("/openapi.json").await.expect(200);
    let mut ids = std::collections::BTreeSet::new();
    for (path, operations) in document["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
            // An empty alternative says that a token may be left out.
            let alternatives = operation["security"].as_array();
            let guarded = alternatives.is_some_and(|all| all.iter().all(|one| *one != json!({})));
            let request = auth
                .0
                .request(method.to_uppercase().parse().unwrap(), &path.replace("{id}", "x"));
            let refused = auth.send(request).await.status == 401;
            assert_eq!(
                guarded || path.starts_with("/internal"),
                refused,
                "{method} {path}"
            );
        }
    }
    assert_eq!(ids.len(), 33);
}
