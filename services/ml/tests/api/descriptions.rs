use serde_json::{Value, json};

use crate::bench::{Answer, Asked, Bench};

const GENERATE: &str = "/ml/generate-description";

fn bowl() -> Value {
    json!({
        "title": "Neelkamal bowl", "category": "pottery", "craft": "blue-pottery", "materials": ["quartz", "glass"],
        "colours": ["blue", "white"], "dimensions": { "width": 20, "unit": "cm" }, "weight_grams": 850,
        "production_time": "2 weeks", "region": "rajasthan", "care": ["hand_wash"], "quantity": 4, "language": "hi",
    })
}

async fn asked(body: &Value) -> Answer {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    bench.asks(&artisan, GENERATE, body).answer().await
}

#[tokio::test]
async fn a_piece_is_described_in_six_languages_from_its_facts() {
    let told = asked(&bowl()).await.expect(200);
    let english = told["primary_description"].as_str().unwrap();
    for said in [
        "bowl",
        "Jaipur blue pottery",
        "quartz and glass",
        "Rajasthan",
        "20 cm wide",
        "850 g",
        "2 weeks",
        "4 pieces",
    ] {
        assert!(english.contains(said), "{said} is missing: {english}");
    }
    for (language, said) in [
        ("hi", ["कटोरा", "850 ग्राम"]),
        ("bn", ["বাটি", "৮৫০ গ্রাম"]),
        ("ta", ["கிண்ணம்", "850 கிராம்"]),
        ("te", ["గిన్నె", "850 గ్రాములు"]),
        ("mr", ["वाडगा", "८५० ग्रॅम"]),
    ] {
        let text = told["translations"][language].as_str().unwrap();
        assert!(said.iter().all(|said| text.contains(said)), "{text}");
        assert_eq!(told["readability"][language]["method"], "indic_heuristic");
    }
    assert_eq!(told["provider"], "local");
    assert_eq!(told["readability"]["en"]["method"], "flesch_reading_ease");
    assert_eq!(told["readability"]["en"]["score"], told["readability_score"]);
    let keywords = told["seo_keywords"].as_array().unwrap();
    assert!(
        keywords.contains(&json!("bowl")) && keywords.contains(&json!("कटोरा")),
        "{told}"
    );
    assert!(keywords.len() <= 15);
}

#[tokio::test]
async fn without_facts_nothing_is_claimed() {
    let told = asked(&json!({})).await.expect(200);
    assert_eq!(told["primary_description"], "This is a craft piece.");
}

#[tokio::test]
async fn a_whole_listing_is_taken_as_clients_have_it() {
    let listing = json!({
        "title": { "hi": "मिट्टी का कटोरा" }, "description": "My own words", "category": "pottery",
        "subcategory": "bowls", "price": 1499.5, "currency": "INR", "materials": ["मिट्टी"],
        "dimensions": { "length": 20, "width": 20, "height": 8, "unit": "cm" }, "production_time": "5 दिन",
    });
    let told = asked(&listing).await.expect(200);
    let english = told["primary_description"].as_str().unwrap();
    assert!(english.contains("This bowl is made of clay."), "{english}");
    assert!(
        !english.contains("1,499") && !english.contains("own words"),
        "{english}"
    );
}

#[tokio::test]
async fn what_is_wrong_is_refused_by_its_name() {
    for (field, value) in [
        ("title", json!(" ")),
        ("materials", json!(vec!["clay"; 51])),
        ("colours", json!(vec!["red"; 11])),
        ("weight_grams", json!(0)),
        ("labor_hours", json!(0)),
        ("quantity", json!(1_000_001)),
        ("price", json!(-1)),
    ] {
        let named = asked(&json!({ field: value })).await.refused(422, "invalid");
        assert!(named.starts_with(&format!("/{field}")), "{field}: {named}");
    }
    asked(&json!({ "flavour": "salty" })).await.expect(422);
    asked(&json!({ "care": ["sing_to_it"] })).await.expect(422);
}

#[tokio::test]
async fn another_artisan_s_name_is_refused() {
    let bench = Bench::open().await;
    let (one, other) = (bench.artisan().await, bench.artisan().await);
    let body = json!({ "artisan_id": other.id });
    bench
        .asks(&one, GENERATE, &body)
        .answer()
        .await
        .refused(403, "not_owner");
    let body = json!({ "artisan_id": one.id });
    bench.asks(&one, GENERATE, &body).answer().await.expect(200);
    let nobody = bench.post(GENERATE).json(&bowl()).send().await.unwrap();
    assert_eq!(nobody.status(), 401);
}
