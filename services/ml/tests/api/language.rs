//! What other services have written and compared, without a model.

use serde_json::{Value, json};
use service_client::Service;

use crate::bench::{Answer, Asked, Bench};

async fn asked(bench: &Bench, by: Service, path: &str, body: &Value) -> Answer {
    let token = bench.service_token(by).await;
    bench
        .post(path)
        .header("x-service-token", token)
        .json(body)
        .answer()
        .await
}

fn card() -> Value {
    json!({
        "language": "en", "task": "A greeting card", "facts": [{ "name": "title", "value": "Blue bowl" }, { "name": "place", "value": "Jaipur" }],
        "template": "{title}, from {place} with love", "max_characters": 60,
    })
}

#[tokio::test]
async fn without_a_model_text_is_the_template_and_says_so() {
    let bench = Bench::open().await;
    let written = asked(&bench, Service::Storytelling, "/ml/text", &card())
        .await
        .expect(200);
    assert_eq!(written["text"], "Blue bowl, from Jaipur with love");
    assert_eq!(written["provider"], "local");
    assert!(
        written["method"].as_str().unwrap().contains("template"),
        "{written}"
    );
}

#[tokio::test]
async fn a_template_says_only_what_is_given_and_fits() {
    let bench = Bench::open().await;
    for (field, value) in [
        ("template", json!("{title} of {silver}")),
        ("template", json!("{title")),
        ("max_characters", json!(20)),
    ] {
        let mut body = card();
        body[field] = value;
        let refused = asked(&bench, Service::Storytelling, "/ml/text", &body).await;
        assert_eq!(refused.refused(422, "invalid"), "/template", "{body}");
    }
}

#[tokio::test]
async fn texts_that_say_the_same_have_vectors_that_are_near() {
    let bench = Bench::open().await;
    let texts = json!({ "texts": ["blue pottery bowl", "bowls of blue pottery", "silk saree with zari"] });
    let answer = asked(&bench, Service::Product, "/ml/embeddings", &texts)
        .await
        .expect(200);
    let vectors: Vec<Vec<f64>> = serde_json::from_value(answer["embeddings"].clone()).unwrap();
    let near = |one: usize, other: usize| -> f64 {
        vectors[one]
            .iter()
            .zip(&vectors[other])
            .map(|(one, other)| one * other)
            .sum()
    };
    assert!(near(0, 1) > near(0, 2) + 0.3, "{} {}", near(0, 1), near(0, 2));
    assert_eq!(
        (answer["dimensions"].clone(), answer["provider"].clone()),
        (json!(256), json!("local"))
    );
}

#[tokio::test]
async fn without_a_model_terms_are_translated_and_sentences_are_not() {
    let bench = Bench::open().await;
    let translate = async |text: &str| {
        let body = json!({ "text": text, "from": "en", "to": "hi" });
        asked(&bench, Service::Storytelling, "/ml/translate", &body).await
    };
    let terms = translate("clay, Rajasthan").await.expect(200);
    assert_eq!(terms["text"], "मिट्टी, राजस्थान");
    assert_eq!(terms["provider"], "local");
    assert!(terms["method"].as_str().unwrap().contains("glossary"), "{terms}");
    let refused = translate("A gift for kings and queens.").await;
    assert_eq!(refused.refused(422, "no_translator"), "/text");
}

#[tokio::test]
async fn people_and_other_services_are_refused() {
    let bench = Bench::open().await;
    let person = bench.artisan().await;
    bench
        .asks(&person, "/ml/text", &card())
        .answer()
        .await
        .refused(401, "unauthenticated");
    let refused = asked(&bench, Service::Notification, "/ml/text", &card()).await;
    assert_eq!(refused.status, 403, "{}", refused.text);
}
