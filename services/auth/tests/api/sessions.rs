use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::Duration;
use serde_json::{Value, json};

use crate::people::{Auth, Person};

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[tokio::test]
async fn a_refresh_token_is_exchanged_for_another() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let answer = auth.refresh(&sita.refresh).await;
    assert_eq!(answer.header("cache-control"), "no-store");
    let second = answer.expect(200);
    assert_eq!(second["user"]["id"], sita.id.as_str());
    assert_ne!(text(&second["refresh_token"]), sita.refresh);
    let third = auth.refresh(text(&second["refresh_token"])).await.expect(200);
    let now = Person::of(&third);
    now.get(&auth, "/auth/profile").await.expect(200);
}

#[tokio::test]
async fn a_token_that_comes_again_ends_its_family() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let elsewhere = auth.signed_in(&sita.email).await;
    let second = auth.refresh(&sita.refresh).await.expect(200);
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    let newest = auth.refresh(text(&second["refresh_token"])).await;
    newest.expect_problem(401, "invalid_refresh_token");
    let access = Person::of(&second);
    access
        .get(&auth, "/auth/profile")
        .await
        .expect_problem(401, "session_ended");
    auth.refresh(&elsewhere.refresh).await.expect(200);
}

#[tokio::test]
async fn a_refresh_repeated_with_its_key_gets_the_same_pair_for_a_minute() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let first = auth.refresh_once("k", &sita.refresh).await.expect(200);
    auth.pass(Duration::seconds(30));
    let again = auth.refresh_once("k", &sita.refresh).await.expect(200);
    assert_eq!(again["refresh_token"], first["refresh_token"]);
    assert_eq!(again["access_token"], first["access_token"]);
    assert!(again["expires_in"].as_u64().unwrap() <= 871);
    auth.refresh(text(&first["refresh_token"])).await.expect(200);
}

#[tokio::test]
async fn a_refresh_repeated_later_or_with_another_key_ends_the_family() {
    let auth = Auth::start().await;
    let (late, other) = (auth.artisan().await, auth.artisan().await);
    let after = auth.refresh_once("k", &late.refresh).await.expect(200);
    auth.refresh_once("k", &other.refresh).await.expect(200);
    auth.refresh_once("k2", &other.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.refresh_once("k", &other.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.pass(Duration::seconds(61));
    auth.refresh_once("k", &late.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.refresh(text(&after["refresh_token"]))
        .await
        .expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn refreshes_at_once_with_one_key_get_one_pair() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let refreshes = (0..8).map(|_| auth.refresh_once("k", &sita.refresh));
    let answers = futures::future::join_all(refreshes).await;
    let tokens: Vec<Value> = answers
        .into_iter()
        .map(|answer| answer.expect(200)["refresh_token"].clone())
        .collect();
    assert!(tokens.iter().all(|token| *token == tokens[0]));
}

#[tokio::test]
async fn forged_tokens_are_refused_and_end_nothing() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let bytes = URL_SAFE_NO_PAD.decode(&sita.refresh).unwrap();
    let altered = |at: usize, by: u8| {
        let mut bytes = bytes.clone();
        bytes[at] ^= by;
        URL_SAFE_NO_PAD.encode(bytes)
    };
    let forged = [
        altered(0, 1),      // another session
        altered(19, 1 ^ 2), // a later generation
        altered(19, 1),     // an earlier one
        altered(51, 1),     // another seal
        "x".to_owned(),
        sita.access.clone().chars().take(256).collect(),
    ];
    for token in forged {
        auth.refresh(&token)
            .await
            .expect_problem(401, "invalid_refresh_token");
    }
    let problem = auth.refresh(&"x".repeat(257)).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/refresh_token");
    auth.refresh(&sita.refresh).await.expect(200);
}

#[tokio::test]
async fn signing_out_ends_the_session_and_may_be_repeated() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    for token in [sita.refresh.as_str(), sita.refresh.as_str(), "nonsense"] {
        auth.post("/auth/logout", json!({ "refresh_token": token }))
            .await
            .expect(204);
    }
    auth.refresh(&sita.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    sita.get(&auth, "/auth/verify")
        .await
        .expect_problem(401, "session_ended");
}

#[tokio::test]
async fn sessions_end_when_they_are_not_used_and_after_half_a_year() {
    let auth = Auth::start().await;
    let (idle, busy) = (auth.artisan().await, auth.artisan().await);
    let mut token = busy.refresh;
    for _ in 0..6 {
        auth.pass(Duration::days(29));
        let answer = auth.refresh(&token).await.expect(200);
        text(&answer["refresh_token"]).clone_into(&mut token);
    }
    auth.refresh(&idle.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    auth.pass(Duration::days(7));
    auth.refresh(&token)
        .await
        .expect_problem(401, "invalid_refresh_token");
}

#[tokio::test]
async fn devices_are_listed_and_ended() {
    let auth = Auth::start().await;
    let phone = auth.artisan().await;
    let body = json!({ "email": phone.email, "password": crate::people::PASSWORD });
    let laptop = auth
        .0
        .post("/auth/login")
        .header("User-Agent", "Laptop/1")
        .json(&body);
    let laptop = Person::of(&auth.send(laptop).await.expect(200));

    let listed = phone.get(&auth, "/auth/sessions").await.expect(200);
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 2);
    assert_eq!(
        (&listed[0]["device"], &listed[0]["current"]),
        (&json!("Laptop/1"), &json!(false))
    );
    assert_eq!(listed[1]["current"], true);

    let page = phone.get(&auth, "/auth/sessions?limit=1").await;
    let next = page.header("link").split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(page.expect(200)[0]["id"], listed[0]["id"]);
    let rest = phone.get(&auth, &next).await;
    assert_eq!(rest.header("link"), "");
    assert_eq!(rest.expect(200)[0]["id"], listed[1]["id"]);

    let second = phone.get(&auth, "/auth/sessions?offset=1").await.expect(200);
    assert_eq!(
        (second.as_array().unwrap().len(), &second[0]["id"]),
        (1, &listed[1]["id"])
    );

    let path = format!("/auth/sessions/{}", text(&listed[0]["id"]));
    let stranger = auth.artisan().await;
    stranger
        .delete(&auth, &path)
        .await
        .expect_problem(404, "not_found");
    phone.delete(&auth, &path).await.expect(204);
    auth.refresh(&laptop.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    laptop
        .get(&auth, "/auth/verify")
        .await
        .expect_problem(401, "session_ended");

    let tablet = auth.signed_in(&phone.email).await;
    phone.delete(&auth, "/auth/sessions").await.expect(204);
    auth.refresh(&tablet.refresh)
        .await
        .expect_problem(401, "invalid_refresh_token");
    let left = phone.get(&auth, "/auth/sessions").await.expect(200);
    assert_eq!(left.as_array().unwrap().len(), 1);
    auth.refresh(&phone.refresh).await.expect(200);
}

#[tokio::test]
async fn the_claims_of_a_token_are_told_while_it_is_good() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let claims = sita.get(&auth, "/auth/verify").await.expect(200);
    assert_eq!(
        (&claims["sub"], &claims["role"]),
        (&json!(sita.id), &json!("artisan"))
    );
    assert_eq!(
        (&claims["iss"], &claims["aud"]),
        (&json!("craftchain-auth"), &json!("craftchain"))
    );
    assert_eq!(
        claims["exp"].as_u64().unwrap() - claims["iat"].as_u64().unwrap(),
        900
    );
    auth.get("/auth/verify")
        .await
        .expect_problem(401, "unauthenticated");
    auth.pass(Duration::minutes(15));
    sita.get(&auth, "/auth/verify")
        .await
        .expect_problem(401, "invalid_token");
}

#[tokio::test]
async fn the_token_says_what_it_is() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let header = URL_SAFE_NO_PAD
        .decode(sita.access.split('.').next().unwrap())
        .unwrap();
    let header: Value = serde_json::from_slice(&header).unwrap();
    let kid = auth.get("/auth/.well-known/jwks.json").await.expect(200)["keys"][0]["kid"].clone();
    assert_eq!(header, json!({ "alg": "EdDSA", "typ": "at+jwt", "kid": kid }));
}

#[tokio::test]
async fn every_endpoint_of_ones_own_needs_a_token() {
    let auth = Auth::start().await;
    let id = "01930d5e-7c4a-7d3e-9b1a-2f6c1e0a9b77";
    let operations = [
        ("GET", "/auth/verify".to_owned()),
        ("GET", "/auth/sessions".to_owned()),
        ("DELETE", "/auth/sessions".to_owned()),
        ("DELETE", format!("/auth/sessions/{id}")),
        ("POST", "/auth/password/change".to_owned()),
        ("POST", "/auth/codes".to_owned()),
        ("POST", "/auth/verify-contact".to_owned()),
        ("GET", "/auth/profile".to_owned()),
        ("PATCH", "/auth/profile".to_owned()),
        ("PUT", "/auth/payout-method".to_owned()),
        ("PUT", format!("/auth/artisans/{id}/follow")),
        ("DELETE", format!("/auth/artisans/{id}/follow")),
        ("GET", "/auth/following".to_owned()),
        ("DELETE", "/auth/account".to_owned()),
        ("GET", "/auth/export".to_owned()),
        ("GET", "/auth/admin/audit".to_owned()),
        ("GET", format!("/auth/admin/users/{id}")),
        ("POST", "/auth/admin/users/find".to_owned()),
        ("POST", format!("/auth/admin/users/{id}/suspend")),
        ("POST", format!("/auth/admin/users/{id}/restore")),
        ("DELETE", format!("/auth/admin/users/{id}/sessions")),
    ];
    for (method, path) in operations {
        let request = auth
            .0
            .request(method.parse().unwrap(), &path)
            .body("not even JSON");
        let answer = auth.send(request).await;
        assert_eq!(answer.status, 401, "{method} {path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

#[tokio::test]
async fn what_has_passed_is_forgotten() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    auth.login(&sita.email, "not the password").await.expect(401);
    auth.otp(&crate::people::fresh_phone()).await;
    let left = async || {
        let mut left = 0;
        for collection in ["sessions", "counters", "codes"] {
            let query = backends::documents::Query::all(collection);
            left += auth.0.kit.backends.documents.count(&query).await.unwrap();
        }
        left
    };
    assert!(left().await >= 4);
    auth.pass(Duration::days(31));
    let _second = Auth(
        service_kit::harness::Harness::of(auth::SERVICE)
            .beside(&auth.0)
            .start()
            .await,
    );
    crate::people::eventually("the sweep", async || (left().await == 0).then_some(())).await;
}
