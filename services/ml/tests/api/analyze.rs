use serde_json::{Value, json};

use crate::bench::{Answer, Asked, Bench, photo};

const ANALYZE: &str = "/ml/analyze-image";
const INDIGO: [u8; 3] = [0, 48, 78];
const IVORY: [u8; 3] = [243, 229, 171];

fn dyed() -> Vec<u8> {
    photo(|x, _| if x / 12 % 4 == 0 { IVORY } else { INDIGO })
}

async fn analyzed(bytes: &[u8]) -> Answer {
    let bench = Bench::open().await;
    let buyer = bench.buyer().await;
    bench.sends(&buyer, ANALYZE, &[("image", bytes)]).answer().await
}

#[tokio::test]
async fn a_photo_is_told_by_its_dyes() {
    let seen = analyzed(&dyed()).await.expect(200);
    assert_eq!(seen["color_palette"], json!(["#00304e", "#f3e5ab"]));
    let first = &seen["dominant_colors"][0];
    assert_eq!(first["name"], "indigo");
    assert_eq!(first["rgb"], json!(INDIGO));
    let share = first["share"].as_f64().unwrap();
    assert!((share - 0.7).abs() < 0.06, "{seen}");
    assert_eq!(seen["dominant_colors"][1]["name"], "ivory");
    let tags = seen["style_tags"].as_array().unwrap();
    assert!(tags.contains(&json!("repeating-pattern")), "{seen}");
    let score = seen["quality_score"].as_f64().unwrap();
    assert!((0.0..=1.0).contains(&score));
    assert_eq!(seen["provider"], "local");
}

#[tokio::test]
async fn without_confirmed_listings_nothing_is_recognised_and_it_says_so() {
    let seen = analyzed(&dyed()).await.expect(200);
    assert_eq!(seen["objects_detected"], json!([]));
    let method = seen["method"].as_str().unwrap();
    assert!(method.contains("abstained, 0 confirmed listings"), "{method}");
}

#[tokio::test]
async fn a_poor_photo_gets_advice_that_cites_its_measurement() {
    let seen = analyzed(&photo(|_, _| [14, 12, 13])).await.expect(200);
    let tips = seen["suggested_improvements"].as_array().unwrap();
    let details = seen["improvement_details"].as_array().unwrap();
    assert_eq!(tips.len(), details.len());
    let named: Vec<&Value> = details.iter().map(|detail| &detail["measurement"]).collect();
    assert!(named.contains(&&json!("brightness")), "{seen}");
    for (tip, detail) in tips.iter().zip(details) {
        assert_eq!(*tip, detail["tip"]);
        let whole = detail["value"].as_f64().unwrap().round().abs().to_string();
        let cited = tip.as_str().unwrap();
        assert!(
            cited.contains(&whole) || detail["value"].as_f64().unwrap() < 1.0,
            "{detail}"
        );
    }
}

#[tokio::test]
async fn what_is_no_photo_is_refused() {
    assert_eq!(
        analyzed(b"not a photo").await.refused(415, "unknown_format"),
        "image"
    );
    let whole = dyed();
    let half = &whole[..whole.len() / 2];
    assert_eq!(analyzed(half).await.refused(422, "truncated"), "image");
}

#[tokio::test]
async fn a_form_has_one_image_and_nothing_else() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let dyed = dyed();
    for (fields, code, field) in [
        (vec![], "required", "image"),
        (
            vec![("image", &dyed[..]), ("image", &dyed[..])],
            "too_many",
            "image",
        ),
        (
            vec![("image", &dyed[..]), ("crop", b"1")],
            "unknown_field",
            "crop",
        ),
    ] {
        let refused = bench.sends(&artisan, ANALYZE, &fields).answer().await;
        assert_eq!(refused.refused(422, "invalid"), field, "{}", refused.text);
        assert!(refused.text.contains(code), "{}", refused.text);
    }
}

#[tokio::test]
async fn nobody_is_asked_for_a_token_first() {
    let bench = Bench::open().await;
    let refused = bench.post(ANALYZE).body("x").answer().await;
    refused.refused(401, "unauthenticated");
}

#[tokio::test]
async fn a_photo_of_media_waits_for_media() {
    let bench = Bench::open().await;
    let artisan = bench.artisan().await;
    let named = json!({ "file_id": "018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77" });
    let refused = bench.asks(&artisan, ANALYZE, &named).answer().await;
    refused.refused(503, "peer_unavailable");
}
