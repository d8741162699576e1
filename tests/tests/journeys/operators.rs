//! What operators do, on the command line and as admins.

use serde_json::json;
use shared_models::auth::TokenAnswer;
use tests::{Artisan, Fleet, Listed, a_bowl, alone::command, soon};

const AUTH: &str = env!("CARGO_BIN_EXE_auth-alone");

async fn admin(fleet: &Fleet) -> Artisan {
    let person = fleet.artisan().await;
    let said = command(AUTH, fleet, &["grant-admin", &person.email]).await;
    assert!(said.contains(&person.user.id.to_string()), "{said}");
    person.signs_in_again().await
}

/// The event crosses from auth to product, so it takes a moment.
async fn is_shown(fleet: &Fleet, piece: &Listed, shown: bool) {
    let anyone = fleet.anyone();
    soon("the listing to be shown or hidden", async || {
        let seen = anyone.get(&piece.path()).await.status == 200;
        (seen == shown).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_listings_of_a_suspended_artisan_are_hidden_until_she_is_restored() {
    let fleet = Fleet::start().await;
    let (admin, artisan) = (admin(&fleet).await, fleet.artisan().await);
    let bowl = artisan.lists(a_bowl()).await;
    let account = format!("/auth/admin/users/{}", artisan.user.id);

    admin
        .post(&format!("{account}/suspend"), json!({ "reason": "counterfeit" }))
        .await
        .expect_ok();
    is_shown(&fleet, &bowl, false).await;
    artisan.post("/products", a_bowl()).await.expect(403);

    admin
        .post(&format!("{account}/restore"), json!({}))
        .await
        .expect_ok();
    is_shown(&fleet, &bowl, true).await;
}

#[tokio::test]
async fn nobody_else_may_do_what_admins_do() {
    let fleet = Fleet::start().await;
    let (artisan, other) = (fleet.artisan().await, fleet.artisan().await);

    let suspend = format!("/auth/admin/users/{}/suspend", other.user.id);

    artisan
        .post(&suspend, json!({ "reason": "envy" }))
        .await
        .expect_problem(403, "wrong_role");
    artisan
        .get("/auth/admin/audit")
        .await
        .expect_problem(403, "wrong_role");
}

#[tokio::test]
async fn the_audit_log_of_a_running_fleet_is_sound() {
    let fleet = Fleet::start().await;
    admin(&fleet).await;
    let said = command(AUTH, &fleet, &["verify-audit"]).await;
    assert!(said.contains("all sound") && !said.starts_with('0'), "{said}");
}

#[tokio::test]
async fn a_key_that_is_rotated_signs_nobody_out() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;

    command(AUTH, &fleet, &["rotate-keys"]).await;

    artisan.lists(a_bowl()).await;
    artisan.signs_in_again().await.lists(a_bowl()).await;
}

/// Services ask for keys at most every ten seconds, so they need that long to know the new one and to forget the others.
#[tokio::test]
async fn stolen_keys_end_every_access_token_and_refreshing_brings_a_good_one() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());

    command(AUTH, &fleet, &["rotate-keys", "--stolen"]).await;
    soon("auth to sign with the new key", async || {
        let verified = artisan.get("/auth/verify").await;
        (verified.status == 401).then_some(())
    })
    .await;
    let refresh = json!({ "refresh_token": artisan.tokens.refresh_token });
    let renewed: TokenAnswer = anyone.post("/auth/refresh", refresh).await.expect(200).json();
    let renewed = anyone.showing(&renewed.access_token);

    soon("the new token to be good everywhere", async || {
        let listed = renewed.post("/products", a_bowl()).once("bowl-1").await;
        (listed.status == 201).then_some(())
    })
    .await;
    artisan
        .post("/products", a_bowl())
        .await
        .expect_problem(401, "invalid_token");
}
