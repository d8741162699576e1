//! An artisan leaves, and everything personal goes with her.

use backends::Clock;
use chrono::Duration;
use fleet::Options;
use serde_json::json;
use tests::{Fleet, PASSWORD, a_bowl, soon};

#[tokio::test]
async fn an_account_that_is_closed_is_erased_with_its_listings_after_the_grace() {
    let clock = Clock::movable();
    let fleet = Fleet::start_with(Options {
        clock: clock.clone(),
        ..Options::default()
    })
    .await;
    let (artisan, other) = (fleet.artisan().await, fleet.artisan().await);
    let bowl = artisan.lists(a_bowl()).await;
    let others = other.lists(a_bowl()).await;
    let anyone = fleet.anyone();

    artisan.delete("/auth/account").await.expect(202);
    soon("her listing to be hidden", async || {
        (anyone.get(&bowl.path()).await.status == 404).then_some(())
    })
    .await;

    clock.advance(Duration::days(31));
    let login = json!({ "email": artisan.email, "password": PASSWORD });
    let profile = format!("/auth/artisans/{}", artisan.user.id);
    soon("her account to be erased", async || {
        (anyone.get(&profile).await.status == 404).then_some(())
    })
    .await;
    anyone.post("/auth/login", login).await.expect(401);
    anyone.sees(&others).await;
}
