//! What machines add to a listing.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{Json, Router, extract::Path, routing::get};
use http::StatusCode;
use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::{Harness, Person};
use shared_models::{
    events::{Event, EventBody, MlAnalysisCompleted, PriceSuggested},
    ids::ProductId,
    ml::{AiAnalysis, ListingAnalysis},
    money::Currency,
    text::{Language, Localized},
};
use tokio::time::Instant;

use crate::shop::{Asked, Listed, Shop, bowl, soon};

/// Answers as ml does: with what was put there, or not at all.
#[derive(Clone, Default)]
struct Ml(Arc<Mutex<Option<ListingAnalysis>>>);

impl Ml {
    async fn opens(&self) -> String {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        self.answers_at(listener);
        url
    }

    fn answers_at(&self, listener: tokio::net::TcpListener) {
        let kept = self.0.clone();
        let analysis = move |Path(_): Path<ProductId>| async move {
            let kept = kept.lock().unwrap().clone();
            kept.map(Json).ok_or(StatusCode::SERVICE_UNAVAILABLE)
        };
        let routes = Router::new().route("/internal/analyses/{id}", get(analysis));
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }

    /// From now on it answers with this.
    fn knows(&self, listed: &Listed, version: u64, words: &[(Language, &str)]) {
        let texts = words
            .iter()
            .map(|(language, text)| (*language, (*text).to_owned()));
        *self.0.lock().unwrap() = Some(ListingAnalysis {
            product_id: listed.id.parse().unwrap(),
            listing_version: version,
            ai_analysis: AiAnalysis {
                color_palette: vec!["#1f3a93".into()],
                quality_score: Some(0.8),
                method: "measured".into(),
                ..AiAnalysis::default()
            },
            descriptions: Localized(texts.collect()),
            seo_keywords: vec!["cobalt bowl".into()],
            provider: "local".into(),
            analyzed_at: chrono::DateTime::UNIX_EPOCH,
        });
    }
}

impl Shop {
    async fn beside(ml: &Ml) -> Self {
        let setup = Harness::of(product::SERVICE).setting("CRAFTCHAIN_ML_URL", ml.opens().await);
        Self(setup.start().await)
    }

    async fn told<B: EventBody>(&self, listed: &Listed, body: &B) {
        let event = Event {
            id: self.0.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "a machine".to_owned(),
            subject: listed.id.clone(),
            revision: 1,
            time: self.0.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.0.kit.backends.events.publish(&[event]).await.unwrap();
    }

    async fn told_analysed(&self, listed: &Listed, listing_version: i32) {
        let product_id = listed.id.parse().unwrap();
        let body = MlAnalysisCompleted {
            product_id,
            listing_version,
        };
        self.told(listed, &body).await;
    }

    async fn told_priced(&self, listed: &Listed, listing_version: i32, paise: &str) {
        self.told(listed, &priced(listed, listing_version, paise)).await;
    }

    /// Waits until the owner sees a field as it should be.
    async fn comes(&self, owner: &Person, listed: &Listed, pointer: &str, value: Value) {
        soon(async || self.shows(owner, listed).await.json().pointer(pointer) == Some(&value)).await;
    }
}

fn priced(listed: &Listed, listing_version: i32, paise: &str) -> PriceSuggested {
    PriceSuggested {
        product_id: listed.id.parse().unwrap(),
        listing_version,
        currency: Currency::INR,
        price: paise.into(),
        minimum: "90000".into(),
        premium: "160000".into(),
        market_low: String::new(),
        market_median: String::new(),
        market_high: String::new(),
        sample_size: 0,
        confidence: 0.5,
        strategy: "cost_plus".into(),
        floor: "own_wage".into(),
        missing: Vec::new(),
    }
}

const WORDS: [(Language, &str); 3] = [
    (Language::En, "A machine's bowl, glazed in smalt."),
    (Language::Hi, "मशीन का कटोरा"),
    (Language::Ta, "இயந்திரத்தின் கிண்ணம்"),
];

#[tokio::test]
async fn parts_come_beside_the_listing_and_spoil_no_edit() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop
        .lists(&artisan, json!({ "description": { "hi": "मेरा कटोरा" } }))
        .await;
    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await;
    shop.told_priced(&listed, 1, "128745").await;
    shop.comes(&artisan, &listed, "/ai_suggested_price/price", json!(1287.45))
        .await;
    shop.comes(
        &artisan,
        &listed,
        "/ai_analysis/color_palette",
        json!(["#1f3a93"]),
    )
    .await;

    let hers = shop.shows(&artisan, &listed).await.expect(200);
    assert_eq!(
        hers["description"],
        json!({ "en": WORDS[0].1, "hi": "मेरा कटोरा", "ta": WORDS[2].1 })
    );
    assert_eq!(hers["machine_written"], json!(["en", "ta"]));
    assert_eq!(
        hers["ai_suggested_price"]["price_range"],
        json!({ "minimum": 900, "optimal": 1287.45, "premium": 1600 })
    );

    let tag = shop.shows(&artisan, &listed).await.header("etag").to_owned();
    assert_ne!(tag, listed.tag, "the whole changed");
    let edit = shop.patch(&artisan, &listed.path(), &json!({ "price": 1500 }));
    let edited = edit.header("if-match", &listed.tag).answer().await;
    assert_eq!(edited.expect(200)["price"], 1500);
    assert_eq!(edited.json()["machine_written"], json!(["en", "ta"]));
    let seen = shop.shows(&artisan, &listed).await;
    assert_eq!(seen.header("etag"), edited.header("etag"));
}

#[tokio::test]
async fn others_see_a_rounded_price_without_what_it_is_made_of() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    shop.told_priced(&listed, 1, "128745").await;
    shop.comes(&artisan, &listed, "/ai_suggested_price/price", json!(1287.45))
        .await;
    let seen = shop.sees(&listed).await.expect(200);
    assert_eq!(seen["ai_suggested_price"]["price"], 1300);
    for hidden in ["price_range", "market_range", "floor", "confidence_score"] {
        assert_eq!(seen["ai_suggested_price"][hidden], Value::Null, "{hidden}");
    }
    let list = shop.get("/products").answer().await.expect(200);
    assert_eq!(list[0]["ai_suggested_price"], Value::Null);
}

#[tokio::test]
async fn an_older_part_never_overwrites_a_newer() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    shop.told_priced(&listed, 3, "300").await;
    shop.comes(&artisan, &listed, "/ai_suggested_price/listing_version", json!(3))
        .await;
    shop.told_priced(&listed, 2, "200").await;
    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await; // after it in the log
    shop.comes(&artisan, &listed, "/ai_analysis/listing_version", json!(1))
        .await;
    shop.told_priced(&listed, 4, "400").await; // a subject's events come in their order
    shop.comes(&artisan, &listed, "/ai_suggested_price/listing_version", json!(4))
        .await;
    let seen = shop.shows(&artisan, &listed).await.expect(200);
    assert_eq!(seen["ai_suggested_price"]["price"], 4);
}

#[tokio::test]
async fn an_analysis_comes_after_ml_has_returned() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    shop.told_analysed(&listed, 1).await; // it answers 503
    soon(async || shop.remembers("fetch-analysis", &["jobs"]).await).await;
    ml.knows(&listed, 1, &WORDS);
    let clock = shop.0.clock().clone();
    soon(async || {
        clock.advance(chrono::Duration::seconds(1));
        let seen = shop.shows(&artisan, &listed).await.json();
        seen.pointer("/ai_analysis/listing_version") == Some(&json!(1))
    })
    .await;
}

#[tokio::test]
async fn a_client_that_sends_back_what_it_read_has_not_made_it_the_artisans() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop
        .lists(&artisan, json!({ "description": { "en": "Hers" } }))
        .await;
    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await;
    shop.comes(&artisan, &listed, "/machine_written", json!(["hi", "ta"]))
        .await;
    let read = shop.shows(&artisan, &listed).await.json()["description"].clone();
    let sent = shop
        .put(
            &artisan,
            &listed.path(),
            &bowl(json!({ "description": read, "price": 7 })),
        )
        .answer()
        .await;
    assert_eq!(sent.expect(200)["machine_written"], json!(["hi", "ta"]));

    let hers = json!({ "description": { "ta": "என் கிண்ணம்" } });
    let written = shop
        .patch(&artisan, &listed.path(), &hers)
        .answer()
        .await
        .expect(200);
    assert_eq!(written["machine_written"], json!(["hi"]));
    assert_eq!(written["description"]["ta"], "என் கிண்ணம்");
}

#[tokio::test]
async fn lists_show_a_machines_words_only_to_those_who_read_no_others() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop
        .lists(&artisan, json!({ "description": { "hi": "मेरा कटोरा" } }))
        .await;
    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await;
    shop.comes(&artisan, &listed, "/machine_written", json!(["en", "ta"]))
        .await;
    for (accepted, description, machine) in [
        ("ta", json!({ "ta": WORDS[2].1 }), json!(["ta"])),
        ("bn, hi;q=0.5", json!({ "hi": "मेरा कटोरा" }), json!([])),
        ("fr", json!({ "hi": "मेरा कटोरा" }), json!([])),
    ] {
        let list = shop
            .get("/products")
            .header("accept-language", accepted)
            .answer()
            .await;
        let shown = &list.expect(200)[0];
        assert_eq!(shown["description"], description, "{accepted}");
        assert_eq!(shown["machine_written"], machine, "{accepted}");
    }
}

#[tokio::test]
async fn a_machines_words_are_found() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    let finds = async |words: &str| {
        let asked = shop.0.post("/products/search").json(&json!({ "query": words }));
        let answer = asked.answer().await.json();
        answer["results"]
            .as_array()
            .is_some_and(|results| !results.is_empty())
    };
    soon(async || finds("cobalt").await).await;
    assert!(
        !finds("smalt").await && !finds("கிண்ணம்").await,
        "nobody said so yet"
    );

    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await;
    soon(async || finds("smalt").await).await;
    assert!(finds("கிண்ணம்").await);
    shop.patch(&artisan, &listed.path(), &json!({ "price": 3 }))
        .answer()
        .await
        .expect(200);
    let by_price = async || {
        let body = json!({ "query": "smalt", "filters": { "price_max": 3 } });
        let answer = shop.0.post("/products/search").json(&body).answer().await.json();
        answer["total"] == 1
    };
    soon(by_price).await;
    assert!(finds("கிண்ணம்").await, "an edit spoils none of them");
}

#[tokio::test]
async fn a_client_may_wait_for_the_parts() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let id = shop.0.kit.ids.fresh::<ProductId>();
    let expected = Listed {
        id: id.to_string(),
        tag: String::new(),
        body: Value::Null,
    };
    ml.knows(&expected, 1, &WORDS);
    let request = bowl(json!({ "id": id }));
    let asked = shop
        .post(&artisan, "/products", &request)
        .header("prefer", "wait=20");
    let asked = asked.header("idempotency-key", "first").answer();
    let machines = async {
        soon(async || shop.shows(&artisan, &expected).await.status == 200).await;
        shop.told_analysed(&expected, 1).await;
        shop.told_priced(&expected, 1, "5000").await;
    };
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(asked, machines);
    assert!(begun.elapsed() < Duration::from_secs(15), "it is woken");
    let whole = answer.expect(201);
    assert_eq!(answer.header("preference-applied"), "wait=20");
    assert_eq!(answer.header("location"), format!("/v1/products/{id}"));
    assert_eq!(whole["ai_suggested_price"]["price"], 50);
    assert_eq!(whole["ai_analysis"]["provider"], "local");
    let seen = shop.shows(&artisan, &expected).await;
    assert_eq!(answer.header("etag"), seen.header("etag"));

    let again = shop
        .post(&artisan, "/products", &request)
        .header("idempotency-key", "first");
    let again = again.header("prefer", "wait=1").answer().await;
    assert_eq!(again.expect(201), whole, "a repeat is filled, too");
}

#[tokio::test]
async fn who_waits_in_vain_gets_the_listing_as_it_is() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let asked = shop
        .post(&artisan, "/products", &bowl(json!({})))
        .header("prefer", "wait=1");
    let answer = asked.answer().await;
    assert_eq!(answer.expect(201)["ai_analysis"], Value::Null);
    assert_eq!(answer.header("preference-applied"), "wait=1");
    let at_once = shop.post(&artisan, "/products", &bowl(json!({}))).answer().await;
    assert_eq!(at_once.header("preference-applied"), "");
}

#[tokio::test]
async fn an_erased_listing_keeps_no_parts_and_gets_no_more() {
    let ml = Ml::default();
    let shop = Shop::beside(&ml).await;
    let artisan = shop.artisan().await;
    let listed = shop.lists(&artisan, json!({})).await;
    shop.told_priced(&listed, 1, "5000").await;
    shop.comes(&artisan, &listed, "/ai_suggested_price/price", json!(50))
        .await;
    assert!(shop.remembers(&listed.id, &["enrichments"]).await);
    let body = shared_models::events::UserDeleted { user_id: artisan.id };
    shop.told(&listed, &body).await;
    soon(async || !shop.remembers(&listed.id, &["enrichments"]).await).await;
    ml.knows(&listed, 1, &WORDS);
    shop.told_analysed(&listed, 1).await;
    soon(async || heard_of_analysis(&shop).await).await;
    assert!(!shop.remembers(&listed.id, &["enrichments"]).await);
}

/// Whether what ml told has been dealt with.
async fn heard_of_analysis(shop: &Shop) -> bool {
    shop.remembers("product.ml-analysis-completed", &["inbox"]).await
}

#[tokio::test]
async fn services_get_the_facts_of_a_listing_and_people_do_not() {
    let shop = Shop::open().await;
    let artisan = shop.artisan().await;
    let fields = json!({
        "status": "draft", "region": "West Bengal", "description": { "hi": "कटोरा" }, "title": { "hi": "कटोरा" },
        "costs": { "material_costs": [{ "name": "clay", "amount": 40.5 }], "labor_hours": 6, "overhead": 10 },
    });
    let listed = shop.lists(&artisan, fields).await;
    let path = format!("/internal{}", listed.path());
    for service in [Service::Ml, Service::Pricing] {
        let token = shop.0.service_token(service).await;
        let facts = shop
            .get(&path)
            .header("x-service-token", token)
            .answer()
            .await
            .expect(200);
        assert_eq!(facts["version"], 1);
        assert_eq!(facts["status"], "draft");
        assert_eq!(facts["language"], "hi", "auth is not there: what she wrote in");
        assert_eq!(facts["region_key"], "west-bengal");
        assert_eq!(facts["costs"]["labor_hours"], 6.0);
    }
    let media = shop.0.service_token(Service::Media).await;
    shop.get(&path)
        .header("x-service-token", media)
        .answer()
        .await
        .refused(403, "forbidden");
    assert_eq!(
        shop.get(&path).bearer_auth(&artisan.token).answer().await.status,
        401
    );
}
