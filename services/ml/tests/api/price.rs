//! What a piece would cost, from what listings ask.

use axum::{Json, Router, extract::Path, routing::get};
use backends::events::Event;
use chrono::DateTime;
use http::StatusCode;
use serde_json::{Value, json};
use service_kit::harness::Harness;
use shared_models::{
    events::{EventBody, ProductCreated},
    ids::{ProductId, UserId},
};
use tokio::net::TcpListener;

use crate::bench::{Asked, Bench, soon};

const PREDICT: &str = "/ml/predict-price";
const LISTINGS: u8 = 24;

/// Answers as product and auth do: listings of two categories, of which the second asks twice as much, and half as much
/// again for silver. The last is deleted.
async fn peers() -> String {
    let listing = |Path(id): Path<ProductId>| async move { Json(facts(id)) };
    let nobody = || async { StatusCode::NOT_FOUND };
    let routes = Router::new()
        .route("/internal/products/{id}", get(listing))
        .route("/auth/artisans/{id}", get(nobody));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
    tokio::spawn(async move { axum::serve(listener, routes).await });
    url
}

fn facts(id: ProductId) -> Value {
    let number = id.0.as_bytes()[15];
    let (jewellery, silver) = (number % 2 == 1, number / 2 % 2 == 1);
    let price =
        400.0 * if jewellery { 2.0 } else { 1.0 } * if silver { 1.5 } else { 1.0 } + f64::from(number % 5);
    json!({
        "id": id, "artisan_id": id, "version": 1, "sequence": 1,
        "status": if number == LISTINGS { "deleted" } else { "active" },
        "title": { "en": "A piece" }, "description": { "en": "A piece" }, "language": "en",
        "category": if jewellery { "jewellery" } else { "pottery" }, "subcategory": "plain", "price": price,
        "currency": "INR", "materials": [if silver { "Silver" } else { "brass" }],
        "dimensions": { "length": 10, "width": 10, "height": 10, "unit": "cm" }, "weight_grams": null,
        "production_time": "1 day", "region": "Jaipur", "region_key": "jaipur", "cultural_origin": null, "costs": null,
        "image_ids": [], "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    })
}

fn piece(number: u8) -> ProductId {
    format!("00000000-0000-7000-8000-0000000000{number:02x}")
        .parse()
        .unwrap()
}

async fn open() -> Bench {
    let url = peers().await;
    let setup = Harness::of(ml::SERVICE)
        .setting("CRAFTCHAIN_PRODUCT_URL", &url)
        .setting("CRAFTCHAIN_AUTH_URL", &url);
    Bench(setup.start().await)
}

async fn listed(bench: &Bench) {
    let event = |number| {
        let created = ProductCreated {
            product_id: piece(number),
            artisan_id: UserId(piece(number).0),
            category: "pottery".into(),
            image_ids: Vec::new(),
            status: "active".into(),
        };
        Event {
            id: bench.kit.ids.fresh(),
            topic: ProductCreated::TOPIC,
            source: "product".into(),
            subject: piece(number).to_string(),
            revision: 1,
            time: DateTime::UNIX_EPOCH,
            traceparent: None,
            data: serde_json::to_value(created).unwrap(),
        }
    };
    let events: Vec<Event> = (1..=LISTINGS).map(event).collect();
    bench.kit.backends.events.publish(&events).await.unwrap();
}

fn ask(category: &str, material: &str) -> Value {
    json!({
        "category": category, "subcategory": "plain", "materials": [material], "artisan_skill_level": 5, "region": "Jaipur",
        "dimensions": { "length": 10, "width": 10, "height": 10, "unit": "cm" },
    })
}

#[tokio::test]
async fn without_listings_there_is_no_price_and_it_says_so() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let told = bench
        .asks(&artisan, PREDICT, &ask("pottery", "brass"))
        .answer()
        .await
        .expect(200);
    for field in ["price", "interval"] {
        assert!(
            told.as_object().unwrap().contains_key(field) && told[field].is_null(),
            "{told}"
        );
    }
    assert_eq!(
        (&told["confidence"], &told["sample_size"]),
        (&json!(0.0), &json!(0))
    );
    assert!(
        told["explanation"]["summary"]
            .as_str()
            .unwrap()
            .contains("nothing to learn"),
        "{told}"
    );
}

#[tokio::test]
async fn a_price_is_learned_from_listings_and_explained() {
    let bench = open().await;
    let artisan = bench.artisan().await;
    listed(&bench).await;
    let asked = async |body: Value| bench.asks(&artisan, PREDICT, &body).answer().await.expect(200);
    // The deleted one is not among them.
    let told = soon(async || {
        let told = asked(ask("jewellery", "silver")).await;
        (told["sample_size"] == LISTINGS - 1).then_some(told)
    })
    .await;

    let price = told["price"].as_f64().unwrap();
    assert!((1_000.0..1_400.0).contains(&price), "{told}");
    let interval = &told["interval"];
    assert!(interval["low"].as_f64().unwrap() < price && price < interval["high"].as_f64().unwrap());
    assert_eq!(told["explanation"]["category_sample_size"], 12);
    let terms = told["explanation"]["terms"].as_array().unwrap();
    let effect = |name: &str| {
        let term = terms.iter().find(|term| term["name"] == name).unwrap();
        term["effect_percent"].as_f64().unwrap()
    };
    assert!(
        effect("category") + effect("craft") > 10.0 && effect("material") > 5.0,
        "{told}"
    );
    let nearest = &told["explanation"]["comparables"][0];
    assert!(
        (nearest["price"].as_f64().unwrap() - 1_200.0).abs() < 6.0,
        "{told}"
    );
    let cheaper = asked(ask("pottery", "brass")).await;
    assert!(cheaper["price"].as_f64().unwrap() < 550.0, "{cheaper}");

    let mut own = ask("jewellery", "silver");
    own["product_id"] = json!(piece(3));
    let without = asked(own).await;
    assert_eq!(without["sample_size"], LISTINGS - 2);
    let mut elsewhere = ask("jewellery", "silver");
    elsewhere["currency"] = json!("EUR");
    assert!(asked(elsewhere).await["price"].is_null());
}
