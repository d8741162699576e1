use serde_json::json;
use service_client::Service;

use crate::people::{Auth, PASSWORD, fresh_email, signup};

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
    assert_eq!(user["region"], "Bihar");
    assert!(user["phone"].is_null() && user["craft"].is_null());

    let again = auth.login(&email.to_uppercase(), PASSWORD).await.expect(200);
    assert_eq!(again["user"], *user);
}

#[tokio::test]
async fn a_service_reads_a_summary_and_strangers_do_not() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let path = format!("/internal/users/{}", sita.id);
    let token = auth.0.service_token(Service::Product).await;
    let asked = auth.0.get(&path).header("X-Service-Token", token);
    let answer = crate::people::Answer::of(asked.send().await.unwrap())
        .await
        .expect(200);
    assert_eq!(answer["display_name"], "Sita Devi");
    assert_eq!(answer["suspended"], false);
    assert!(answer.get("email").is_none());
    auth.get(&path).await.expect_problem(401, "unauthenticated");
    sita.get(&auth, &path)
        .await
        .expect_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_profile_and_the_keys_are_there() {
    let auth = Auth::start().await;
    let sita = auth.artisan().await;
    let profile = sita.get(&auth, "/auth/profile").await;
    assert!(profile.header("etag").starts_with("\"1."));
    assert_eq!(profile.expect(200)["id"], sita.id.as_str());
    let keys = auth.get("/auth/.well-known/jwks.json").await;
    assert_eq!(keys.header("cache-control"), "public, max-age=300");
    assert_eq!(keys.expect(200)["keys"].as_array().unwrap().len(), 1);
    let claims = sita.get(&auth, "/auth/verify").await.expect(200);
    assert_eq!(claims["sub"], sita.id.as_str());
}
