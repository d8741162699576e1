//! Signing in and out.

use serde_json::{Value, json};
use service_client::Service;
use shared_models::auth::TokenAnswer;
use tests::{Visitor, a_bowl};

use crate::Fleet;

async fn refresh(visitor: &Visitor, tokens: &TokenAnswer) -> tests::Answer {
    visitor
        .post("/auth/refresh", json!({ "refresh_token": tokens.refresh_token }))
        .await
}

#[tokio::test]
async fn a_refresh_token_works_once_and_its_second_use_ends_the_session() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());

    let renewed: TokenAnswer = refresh(&anyone, &artisan.tokens).await.expect(200).json();
    anyone
        .showing(&renewed.access_token)
        .post("/products", a_bowl())
        .await
        .expect(201);

    refresh(&anyone, &artisan.tokens).await.expect(401);
    refresh(&anyone, &renewed).await.expect(401);
}

#[tokio::test]
async fn signing_out_ends_the_session() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;

    let signed_out = artisan
        .post(
            "/auth/logout",
            json!({ "refresh_token": artisan.tokens.refresh_token }),
        )
        .await;

    assert!(signed_out.status.is_success(), "{signed_out:?}");
    refresh(&fleet.anyone(), &artisan.tokens).await.expect(401);
}

#[tokio::test]
async fn a_phone_number_and_the_code_sent_to_it_are_enough() {
    let fleet = Fleet::start().await;
    let (anyone, phone) = (fleet.anyone(), "+919876543210");

    anyone
        .post("/auth/otp", json!({ "phone": phone }))
        .await
        .expect(202);
    let code = fleet.only_code().await;
    let answer = anyone
        .post(
            "/auth/otp/verify",
            json!({ "phone": phone, "code": code, "role": "artisan", "display_name": "Asha" }),
        )
        .await;

    let answer = answer.expect(201);
    assert_eq!(answer.json::<Value>()["is_new"], json!(true));
    let tokens: TokenAnswer = answer.json();
    anyone
        .showing(&tokens.access_token)
        .post("/products", a_bowl())
        .await
        .expect(201);
}

#[tokio::test]
async fn who_is_signed_in_goes_on_while_auth_is_down() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let bowl = artisan.lists(a_bowl()).await;

    fleet.stop_one(Service::Auth).await;

    artisan.edits(&bowl, json!({ "price": 900 })).await.expect_ok();
    artisan
        .get("/auth/profile")
        .await
        .expect_problem(503, "upstream_unavailable");
    fleet.anyone().without_version().get("/health").await.expect_ok();
}
