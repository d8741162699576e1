use std::time::Duration;

use serde_json::{Value, json};
use service_kit::harness::Harness;

use crate::shop::{Answer, Asked, Shop};

/// Asks until the answer is as wanted: the index follows the store a moment behind.
async fn until(shop: &Shop, question: Value, wanted: impl Fn(&Value) -> bool) -> Value {
    let patience = Duration::from_secs(20);
    let found = tokio::time::timeout(patience, async {
        loop {
            let answer = ask(shop, &question).await;
            if answer.status == 503 {
                assert_eq!(answer.header("retry-after"), "1");
            } else {
                let found = answer.expect(200);
                if wanted(&found) {
                    return found;
                }
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    found
        .await
        .unwrap_or_else(|_| panic!("{question} never found what was wanted"))
}

async fn ask(shop: &Shop, question: &Value) -> Answer {
    shop.0.post("/products/search").json(question).answer().await
}

fn ids(found: &Value) -> Vec<String> {
    let results = found["results"].as_array().unwrap();
    results
        .iter()
        .map(|result| result["product"]["id"].as_str().unwrap().to_owned())
        .collect()
}

fn finds(id: &str) -> impl Fn(&Value) -> bool + '_ {
    move |found| ids(found).contains(&id.to_owned())
}

#[tokio::test]
async fn a_listing_is_found_in_another_script_and_misspelt() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let painting = shop
        .lists(&artisan, json!({ "title": "Madhubani painting of a fish" }))
        .await;
    let saree = shop
        .lists(&artisan, json!({ "title": { "hi": "मधुबनी साड़ी" } }))
        .await;
    for spelling in [
        "Madhubani",
        "मधुबनी",
        "মধুবনী",
        "மதுபனி",
        "మధుబని",
        "madhubanee",
        "madubani",
    ] {
        let found = until(&shop, json!({ "query": spelling }), |found| ids(found).len() == 2).await;
        assert!(
            finds(&painting.id)(&found) && finds(&saree.id)(&found),
            "{spelling}"
        );
    }
    let found = until(&shop, json!({ "query": "paintng" }), finds(&painting.id)).await;
    assert_eq!(ids(&found), [painting.id]);
}

#[tokio::test]
async fn an_answer_has_highlights_facets_and_one_language() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let title = json!({ "en": "Blue <b> bowl", "hi": "नीला कटोरा" });
    let bowl = shop.lists(&artisan, json!({ "title": title })).await;
    let found = until(&shop, json!({ "query": "bowls" }), finds(&bowl.id)).await;
    let first = &found["results"][0];
    assert_eq!(first["highlights"]["title"], "Blue &lt;b&gt; <em>bowl</em>");
    assert_eq!(first["product"]["title"], json!({ "en": "Blue <b> bowl" }));
    assert_eq!(
        found["facets"]["category"],
        json!([{ "value": "pottery", "count": 1 }])
    );
    assert_eq!(
        found["facets"]["region"],
        json!([{ "value": "rajasthan", "count": 1 }])
    );
    assert_eq!(
        found["facets"]["price"],
        json!([{ "from": 1000, "to": 2500, "count": 1 }])
    );
    assert_eq!(found["next_cursor"], Value::Null);
    until(
        &shop,
        json!({ "query": "मिट्टी", "filters": { "price_min": 1499.5 } }),
        finds(&bowl.id),
    )
    .await;
    let none = until(
        &shop,
        json!({ "query": "bowl", "filters": { "price_max": 1499 } }),
        |_| true,
    )
    .await;
    assert_eq!(none["total"], 0);
}

#[tokio::test]
async fn only_what_is_on_offer_is_found() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let draft = shop
        .lists(&artisan, json!({ "title": "Hidden lamp", "status": "draft" }))
        .await;
    let lamp = shop.lists(&artisan, json!({ "title": "Brass lamp" })).await;
    let found = until(&shop, json!({ "query": "lamp" }), finds(&lamp.id)).await;
    assert!(!finds(&draft.id)(&found));
    shop.delete(&artisan, &lamp.path()).answer().await.expect(200);
    until(&shop, json!({ "query": "lamp" }), |found| ids(found).is_empty()).await;
}

#[tokio::test]
async fn pages_give_every_listing_once_in_order() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    for price in 1..=7 {
        shop.lists(&artisan, json!({ "price": price * 100 })).await;
    }
    let question = json!({ "query": "bowl", "sort": "price_desc", "limit": 3 });
    let mut page = until(&shop, question.clone(), |found| found["total"] == 7).await;
    let mut prices = Vec::new();
    loop {
        let results = page["results"].as_array().unwrap();
        prices.extend(
            results
                .iter()
                .map(|result| result["product"]["price"].as_i64().unwrap()),
        );
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        let mut next = question.clone();
        next["cursor"] = cursor.into();
        page = ask(&shop, &next).await.expect(200);
    }
    assert_eq!(prices, [700, 600, 500, 400, 300, 200, 100]);
}

#[tokio::test]
async fn typing_is_completed_in_any_script() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let tray = shop.lists(&artisan, json!({ "title": "Madhubani tray" })).await;
    until(&shop, json!({ "query": "tray" }), finds(&tray.id)).await;
    for typed in ["madh", "Madhubani tr", "%E0%A4%AE%E0%A4%A7%E0%A5%81"] {
        let answer = shop
            .get(&format!("/products/suggest?q={typed}"))
            .answer()
            .await
            .expect(200);
        assert!(
            answer["suggestions"][0]
                .as_str()
                .unwrap()
                .starts_with("madhubani"),
            "{typed}: {answer}"
        );
    }
    for wrong in ["", "?q=", "?q=a&limit=0", "?q=a&limit=21"] {
        assert_eq!(
            shop.get(&format!("/products/suggest{wrong}"))
                .answer()
                .await
                .status,
            400,
            "{wrong}"
        );
    }
}

#[tokio::test]
async fn a_question_that_makes_no_sense_is_refused() {
    let shop = Shop::open().await;
    for (question, field) in [
        (json!({ "limit": 0 }), "/limit"),
        (json!({ "limit": 101 }), "/limit"),
        (json!({ "query": "x".repeat(201) }), "/query"),
        (json!({ "cursor": "nonsense" }), "/cursor"),
        (
            json!({ "filters": { "category": "No Slug" } }),
            "/filters/category",
        ),
        (json!({ "filters": { "price_min": 1.001 } }), "/filters/price_min"),
        (json!({ "filters": { "owner": "me" } }), "/filters/owner"),
        (json!({ "boost": 3 }), "/boost"),
    ] {
        ask(&shop, &question).await.refuses_field(field);
    }
}

#[tokio::test]
async fn another_process_on_the_folder_finds_it_too() {
    let shop = Shop::open().await;
    let other = Shop(Harness::of(product::SERVICE).apart_from(&shop.0).start().await);
    let artisan = shop.artisan().await;
    let bowl = shop.lists(&artisan, json!({ "title": "Shared bowl" })).await;
    until(&other, json!({ "query": "shared" }), finds(&bowl.id)).await;
}
