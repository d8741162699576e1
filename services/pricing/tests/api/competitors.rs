//! What others ask, by a file and by a feed.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use axum::{Router, routing::get};
use serde_json::{Value, json};

use crate::town::{Town, soon};

fn table(day: &str) -> String {
    format!(
        "source,date,category,subcategory,region,price,title\n\
         bazaar.example,{day},pottery,bowls,Bihar,1200,Bowl A\n\
         bazaar.example,{day},pottery,bowls,,1300,Bowl B\n\
         fair.example,{day},pottery,bowls,,1400,\n"
    )
}

#[tokio::test]
async fn an_operators_file_is_part_of_the_market() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let bowl = town.bowl(&artisan, json!({}));
    town.lists(&bowl).await;
    let before = town.analysis(&artisan, "pottery").await;
    let only_own = "Only listings of this marketplace are known: no competitors' prices were brought.";
    assert!(before["notes"].as_array().unwrap().contains(&json!(only_own)));

    let today = town.pricing.clock().now().date_naive();
    let yesterday = (today - chrono::Duration::days(1)).to_string();
    let file = town.pricing.folder().join("prices.csv");
    for day in [&yesterday, &today.to_string()] {
        std::fs::write(&file, table(day)).unwrap();
        let path = file.to_string_lossy().into_owned();
        let told = pricing::commands::load_competitors(town.pricing.kit.clone(), path)
            .await
            .unwrap();
        assert_eq!(told, "3 prices are known");
    }
    let quote = town.calculates(&artisan, json!({ "product_id": bowl.id })).await;
    // The two with titles count once, at their newest; the one without each day.
    assert_eq!(quote["sample_size"], 4);
    assert_eq!(quote["pricing_strategy"], "market_aligned");
    let bazaar = json!({ "name": "bazaar.example", "count": 2, "newest": today.to_string() });
    assert_eq!(quote["sources"][0], bazaar);
    let after = town.analysis(&artisan, "pottery").await;
    assert_eq!(after["sample_size"], 5);
    assert!(!after["notes"].as_array().unwrap().contains(&json!(only_own)));
}

#[tokio::test]
async fn a_feed_is_fetched_again_and_again() {
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = fetched.clone();
    let day = chrono::DateTime::<chrono::Utc>::from(std::time::UNIX_EPOCH).date_naive();
    let feed = move || async move {
        count.fetch_add(1, Ordering::SeqCst);
        table(&(day + chrono::Duration::days(365_000)).to_string())
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/prices.csv", listener.local_addr().unwrap());
    let routes = Router::new().route("/prices.csv", get(feed));
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, routes).await });

    let settings = |setup: service_kit::harness::Setup| {
        let setup = setup.setting("CRAFTCHAIN_PRICING_FEED_URL", url);
        setup.setting("CRAFTCHAIN_PRICING_FEED_ADDRESSES", "127.0.0.1")
    };
    let town = Town::with(settings).await;
    let artisan = town.artisan().await;
    soon(async || town.analysis(&artisan, "pottery").await["sample_size"] == 3).await;
    let first = fetched.load(Ordering::SeqCst);
    town.pricing.clock().advance(chrono::Duration::hours(25));
    soon(async || fetched.load(Ordering::SeqCst) > first).await;
}

#[tokio::test]
async fn old_prices_say_nothing_and_are_forgotten() {
    let town = Town::open().await;
    let artisan = town.artisan().await;
    let long_ago = town.pricing.clock().now().date_naive() - chrono::Duration::days(366);
    let file = town.pricing.folder().join("prices.csv");
    std::fs::write(&file, table(&long_ago.to_string())).unwrap();
    let path = file.to_string_lossy().into_owned();
    pricing::commands::load_competitors(town.pricing.kit.clone(), path)
        .await
        .unwrap();
    let analysis = town.analysis(&artisan, "pottery").await;
    assert_eq!(
        (&analysis["sample_size"], &analysis["average_price"]),
        (&json!(0), &Value::Null)
    );
    town.pricing.clock().advance(chrono::Duration::hours(25));
    let store = town.pricing.kit.backends.documents.clone();
    let all = backends::documents::Query::all("competitor_prices");
    soon(async || store.query(&all).await.unwrap().is_empty()).await;
}
