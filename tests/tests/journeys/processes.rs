//! A service as a program of its own beside the fleet, on the same data.

use serde_json::json;
use service_client::Service;
use tests::{Alone, Fleet, a_bowl, rupees};

const PRODUCT: &str = env!("CARGO_BIN_EXE_product-alone");

#[tokio::test]
async fn a_second_process_serves_the_same_data_while_the_fleet_runs() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let bowl = artisan.lists(a_bowl().priced("850")).await;
    let product = Alone::start(PRODUCT, &fleet).await;
    let elsewhere = artisan.going_to(&product.url);

    assert_eq!(elsewhere.sees(&bowl).await.price, rupees("850"));
    let edit = elsewhere
        .patch(&bowl.path(), json!({ "price": 900 }))
        .if_match(&bowl.tag);
    edit.await.expect_ok();

    assert_eq!(fleet.anyone().sees(&bowl).await.price, rupees("900"));
    artisan
        .edits(&bowl, json!({ "price": 950 }))
        .await
        .expect_problem(412, "stale");
    assert!(product.stop().await.success());
    assert_eq!(fleet.anyone().sees(&bowl).await.price, rupees("900"));
    fleet.stop().await;
}

#[tokio::test]
async fn one_key_has_one_effect_in_two_processes() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let product = Alone::start(PRODUCT, &fleet).await;
    let elsewhere = artisan.going_to(&product.url);

    let asked = (0..6).map(|number| {
        let door = if number % 2 == 0 { &*artisan } else { &elsewhere };
        async move {
            door.post("/products", a_bowl())
                .once("bowl-1")
                .await
                .expect(201)
                .body
        }
    });
    let answers = futures::future::join_all(asked).await;

    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(elsewhere.browses("category=pottery").await.len(), 1);
}

#[tokio::test]
async fn a_fleet_without_one_of_its_services_lives_and_is_not_ready() {
    let fleet = Fleet::start().await;
    fleet.stop_one(Service::Auth).await;
    let health = fleet.anyone().without_version();
    health.get("/health").await.expect_ok();
    health.get("/ready").await.expect(503);
}
