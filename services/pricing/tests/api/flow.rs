//! From a listing to its suggested price.

use std::time::Duration;

use serde_json::json;
use shared_models::events::UserUpdated;

use crate::town::{Town, soon};

#[tokio::test]
async fn each_version_of_a_listing_is_suggested_a_price_once() {
    let town = Town::open().await;
    let heard = town.hears().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let first = heard.next().await;
    assert_eq!((first.product_id, first.listing_version), (bowl.id, 1));
    assert_eq!(
        (first.price.as_str(), first.minimum.as_str(), first.floor.as_str()),
        ("78100", "65050", "own_wage")
    );
    assert_eq!(first.currency.code(), "INR");
    assert!(first.missing.is_empty());

    town.told_created(&bowl).await; // again
    let mut sold_out = bowl.clone();
    sold_out.sequence = 2;
    town.edits(&sold_out).await; // no new version
    let mut edited = bowl.clone();
    (edited.version, edited.sequence) = (2, 3);
    edited.costs.as_mut().unwrap().labor_hours = Some(7.0);
    town.edits(&edited).await;
    let second = heard.next().await;
    assert_eq!(
        (second.listing_version, second.minimum.as_str()),
        (2, "75050"),
        "nothing in between"
    );
    assert_eq!(heard.within(Duration::from_millis(300)).await, None);
}

#[tokio::test]
async fn what_is_missing_is_told_until_she_says_it() {
    let town = Town::open().await;
    let heard = town.hears().await;
    let artisan = town.pricing.artisan().await;
    town.peers.know(&artisan, json!({}));
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let told = heard.next().await;
    assert_eq!((told.price.as_str(), told.floor.as_str()), ("", "unknown"));
    assert_eq!(told.missing, ["hourly_wage"]);

    town.peers.know(&artisan, json!({ "hourly_wage": 100 }));
    let changed = |field: &str| UserUpdated {
        user_id: artisan.id,
        changed_fields: vec![field.to_owned()],
        suspended: false,
    };
    town.told(artisan.id, 2, &changed("display_name")).await;
    town.told(artisan.id, 3, &changed("hourly_wage")).await;
    let told = heard.next().await;
    assert_eq!((told.price.as_str(), told.listing_version), ("78100", 1));
    town.told(artisan.id, 4, &changed("state")).await; // nothing comes of it
    assert_eq!(heard.within(Duration::from_millis(300)).await, None);
}

#[tokio::test]
async fn a_price_comes_after_the_peers_have_returned() {
    let town = Town::open().await;
    let heard = town.hears().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.peers.show(bowl.clone());
    town.peers.are_closed(true);
    town.told_created(&bowl).await;
    let store = town.pricing.kit.backends.documents.clone();
    let jobs = backends::documents::Query::all("jobs");
    soon(async || {
        let jobs = store.query(&jobs).await.unwrap();
        jobs.iter().any(|job| job.body["attempts"].as_u64() > Some(0))
    })
    .await;
    town.peers.are_closed(false);
    let clock = town.pricing.clock().clone();
    soon(async || {
        clock.advance(chrono::Duration::seconds(1));
        town.stored(bowl.id).await.is_some()
    })
    .await;
    assert_eq!(heard.next().await.price, "78100");
}

#[tokio::test]
async fn nothing_stays_of_a_listing_that_is_gone() {
    let town = Town::open().await;
    let heard = town.hears().await;
    let artisan = town.artisan().await;
    let (deleted, erased) = (town.bowl(&artisan, json!({})), town.bowl(&artisan, json!({})));
    for bowl in [&deleted, &erased] {
        town.lists(bowl).await;
        heard.next().await;
    }
    let mut gone = deleted.clone();
    (gone.version, gone.sequence) = (2, 2);
    gone.status = shared_models::product::ProductStatus::Deleted;
    town.peers.show(gone.clone());
    town.told_updated(&gone).await;
    town.peers.erase(erased.id);
    town.told_updated(&erased).await;
    for id in [deleted.id, erased.id] {
        soon(async || town.stored(id).await == Some(json!({ "gone": true }))).await;
    }
    town.peers.show(erased.clone());
    town.told_updated(&erased).await;
    assert_eq!(heard.within(Duration::from_millis(300)).await, None);
    assert_eq!(town.stored(erased.id).await, Some(json!({ "gone": true })));
    assert_eq!(town.analysis(&artisan, "pottery").await["sample_size"], 0);
}

#[tokio::test]
async fn costs_beyond_measure_have_no_price() {
    let town = Town::open().await;
    let heard = town.hears().await;
    let artisan = town.artisan().await;
    let costs = json!({ "material_costs": [{ "name": "gold", "amount": 1_000_000_000_000_i64 }], "labor_hours": 1,
        "overhead": null });
    town.lists(&town.bowl(&artisan, json!({ "costs": costs }))).await;
    let told = heard.next().await;
    assert_eq!(
        (told.price.as_str(), told.missing.as_slice()),
        ("", &["costs".to_owned()][..])
    );
}
