//! Models elsewhere that write, translate, compare and see, well and badly.

use serde_json::{Value, json};
use service_client::Service;
use service_kit::harness::Harness;

use crate::{
    bench::{Asked, Bench, photo},
    model::{Manner, Model},
};

async fn writes(bench: &Bench) -> Value {
    let token = bench.service_token(Service::Storytelling).await;
    let card = json!({
        "language": "en", "task": "A greeting card", "facts": [{ "name": "title", "value": "Blue bowl" }, { "name": "size", "value": "20 cm" }],
        "template": "{title} of {size}", "max_characters": 80,
    });
    let request = bench
        .post("/ml/text")
        .header("x-service-token", token)
        .json(&card);
    request.answer().await.expect(200)
}

fn completion(text: &str) -> Value {
    json!({ "choices": [{ "message": { "role": "assistant", "content": text }, "finish_reason": "stop" }] })
}

fn generated(text: &str, reason: &str) -> Value {
    json!({ "candidates": [{
        "content": { "role": "model", "parts": [{ "text": text }] }, "finishReason": reason,
    }] })
}

#[tokio::test]
async fn an_openai_compatible_model_writes() {
    let model = Model::that(Manner::Answers(completion("A blue bowl, 20 cm wide."))).await;
    let written = writes(&model.openai().await).await;
    assert_eq!(written["text"], "A blue bowl, 20 cm wide.");
    assert_eq!(written["provider"], "openai-compatible");
    let (path, body) = &model.asked()[0];
    assert_eq!(path, "/v1/chat/completions");
    assert_eq!(body["model"], "a-model");
    let user = body["messages"][1]["content"].as_str().unwrap();
    assert!(user.contains("- title: Blue bowl"), "{user}");
}

async fn describes(bench: &Bench) -> Value {
    let artisan = bench.artisan().await;
    let facts = json!({ "title": "Blue bowl", "materials": ["clay"], "weight_grams": 850 });
    let request = bench.asks(&artisan, "/ml/generate-description", &facts);
    request.answer().await.expect(200)
}

/// Descriptions as a model sends them.
fn six_texts(hindi: &str) -> String {
    let texts = json!({
        "en": "A blue bowl of clay that weighs 850 g.", "hi": hindi, "bn": "মাটির একটি নীল বাটি।",
        "ta": "களிமண்ணால் ஆன நீலக் கிண்ணம்.", "te": "మట్టితో చేసిన నీలం గిన్నె.", "mr": "मातीचा निळा वाडगा.",
    });
    format!("```json\n{texts}\n```")
}

#[tokio::test]
async fn a_model_that_keeps_to_the_facts_describes() {
    let texts = six_texts("मिट्टी का नीला कटोरा।");
    let model = Model::that(Manner::Answers(completion(&texts))).await;
    let told = describes(&model.openai().await).await;
    assert_eq!(told["provider"], "openai-compatible");
    assert_eq!(told["translations"]["hi"], "मिट्टी का नीला कटोरा।");
}

#[tokio::test]
async fn a_model_that_invents_is_not_heard_in_any_language() {
    for hindi in [
        "चाँदी का नीला कटोरा।",
        "जयपुर का नीला कटोरा।",
        "तीन सौ साल पुराना नीला कटोरा।",
    ] {
        let model = Model::that(Manner::Answers(completion(&six_texts(hindi)))).await;
        let told = describes(&model.openai().await).await;
        assert_eq!(told["provider"], "local", "{hindi}");
        assert!(
            told["primary_description"]
                .as_str()
                .unwrap()
                .contains("made of clay"),
            "{told}"
        );
        assert_eq!(model.asked().len(), 1);
    }
}

#[tokio::test]
async fn gemini_writes() {
    let model = Model::that(Manner::Answers(generated("A blue bowl, 20 cm wide.", "STOP"))).await;
    let written = writes(&model.google("CRAFTCHAIN_ML_TEXT").await).await;
    assert_eq!(
        (&written["text"], &written["provider"]),
        (&json!("A blue bowl, 20 cm wide."), &json!("google"))
    );
    let (path, _) = &model.asked()[0];
    let wanted =
        "/v1/projects/looms/locations/global/publishers/google/models/gemini-3.5-flash-lite:generateContent";
    assert_eq!(path, wanted);
}

#[tokio::test]
async fn a_model_that_fails_is_late_babbles_or_invents_is_not_heard() {
    for manner in [
        Manner::Refuses(500),
        Manner::Refuses(429),
        Manner::IsSlow,
        Manner::Babbles,
        Manner::Answers(json!({ "choices": [] })),
        Manner::Answers(completion("")),
        Manner::Answers(completion("A bowl that took 300 hours.")),
        Manner::Answers(completion("नीला कटोरा")),
        Manner::Answers(completion(&"A blue bowl. ".repeat(20))),
    ] {
        let model = Model::that(manner.clone()).await;
        let written = writes(&model.openai().await).await;
        assert_eq!(written["text"], "Blue bowl of 20 cm", "{manner:?}");
        assert_eq!(written["provider"], "local", "{manner:?}");
        assert_eq!(model.asked().len(), 1, "{manner:?}");
    }
    let cut = Model::that(Manner::Answers(generated("A blue", "MAX_TOKENS"))).await;
    assert_eq!(
        writes(&cut.google("CRAFTCHAIN_ML_TEXT").await).await["provider"],
        "local"
    );
}

#[tokio::test]
async fn a_private_address_is_asked_only_when_the_operator_allows_it() {
    let model = Model::that(Manner::Answers(completion("A blue bowl."))).await;
    let setup = Harness::of(ml::SERVICE)
        .setting("CRAFTCHAIN_ML_TEXT", "openai-compatible")
        .setting("CRAFTCHAIN_ML_OPENAI_URL", format!("{}/v1", model.url));
    let bench = Bench(setup.start().await);
    assert_eq!(writes(&bench).await["provider"], "local");
    assert!(model.asked().is_empty());
}

#[tokio::test]
async fn googles_vectors_have_length_one_again() {
    let values: Vec<f32> = (0..768u16).map(|index| f32::from(index % 7)).collect();
    let body = json!({ "predictions": [{ "embeddings": { "values": values } }] });
    let model = Model::that(Manner::Answers(body)).await;
    let bench = model.google("CRAFTCHAIN_ML_EMBEDDINGS").await;
    let token = bench.service_token(Service::Product).await;
    let texts = json!({ "texts": ["a bowl", "a saree"] });
    let request = bench
        .post("/ml/embeddings")
        .header("x-service-token", token)
        .json(&texts);
    let answer = request.answer().await.expect(200);
    assert_eq!(
        (&answer["provider"], &answer["dimensions"]),
        (&json!("google"), &json!(768))
    );
    let vectors: Vec<Vec<f64>> = serde_json::from_value(answer["embeddings"].clone()).unwrap();
    for vector in &vectors {
        let length: f64 = vector.iter().map(|value| value * value).sum();
        assert!((length - 1.0).abs() < 1e-4, "{length}");
    }
    let (path, body) = &model.asked()[1];
    assert!(path.ends_with("/models/gemini-embedding-001:predict"), "{path}");
    assert_eq!(body["parameters"]["outputDimensionality"], 768);
    assert_eq!(model.asked().len(), 2);
}

#[tokio::test]
async fn cloud_translation_translates() {
    let translated = json!({ "translations": [{ "translatedText": "राजाओं के लिए उपहार" }] });
    let model = Model::that(Manner::Answers(translated)).await;
    let bench = model.google("CRAFTCHAIN_ML_TRANSLATION").await;
    let token = bench.service_token(Service::Storytelling).await;
    let body = json!({ "text": "A gift for kings", "from": "en", "to": "hi" });
    let request = bench
        .post("/ml/translate")
        .header("x-service-token", token)
        .json(&body);
    let answer = request.answer().await.expect(200);
    assert_eq!(
        (&answer["text"], &answer["provider"]),
        (&json!("राजाओं के लिए उपहार"), &json!("google"))
    );
    let (path, body) = &model.asked()[0];
    assert_eq!(path, "/v3/projects/looms/locations/global:translateText");
    assert_eq!(
        (&body["sourceLanguageCode"], &body["targetLanguageCode"]),
        (&json!("en"), &json!("hi"))
    );
}

#[tokio::test]
async fn too_short_a_vector_is_no_answer() {
    let body = json!({ "predictions": [{ "embeddings": { "values": [1.0, 2.0] } }] });
    let model = Model::that(Manner::Answers(body)).await;
    let bench = model.google("CRAFTCHAIN_ML_EMBEDDINGS").await;
    let token = bench.service_token(Service::Product).await;
    let request = bench.post("/ml/embeddings").header("x-service-token", token);
    let answer = request
        .json(&json!({ "texts": ["a bowl"] }))
        .answer()
        .await
        .expect(200);
    assert_eq!(
        (&answer["provider"], &answer["dimensions"]),
        (&json!("local"), &json!(256))
    );
}

#[tokio::test]
async fn cloud_vision_names_what_is_on_a_photo() {
    let body = json!({ "responses": [{
        "localizedObjectAnnotations": [{ "name": "Bowl", "score": 0.93 }, { "name": "Hat", "score": 0.31 }],
        "labelAnnotations": [{ "description": "Pottery", "score": 0.9 }, { "description": "Bowl", "score": 0.8 }],
    }] });
    let model = Model::that(Manner::Answers(body)).await;
    let bench = model.google("CRAFTCHAIN_ML_VISION").await;
    let seen = analysed(&bench).await;
    assert_eq!(seen["objects_detected"], json!(["bowl", "pottery"]));
    assert_eq!(seen["provider"], "google");
    assert_eq!(model.asked()[0].0, "/v1/images:annotate");

    let failing = Model::that(Manner::Answers(
        json!({ "responses": [{ "error": { "code": 7 } }] }),
    ))
    .await;
    let seen = analysed(&failing.google("CRAFTCHAIN_ML_VISION").await).await;
    assert_eq!(
        (&seen["objects_detected"], &seen["provider"]),
        (&json!([]), &json!("local"))
    );
}

async fn analysed(bench: &Bench) -> Value {
    let artisan = bench.artisan().await;
    let bytes = photo(|x, y| {
        if (x / 9 + y / 9).is_multiple_of(2) {
            [20, 60, 120]
        } else {
            [230, 220, 190]
        }
    });
    let sent = bench.sends(&artisan, "/ml/analyze-image", &[("image", &bytes)]);
    sent.answer().await.expect(200)
}

#[tokio::test]
async fn a_capability_without_its_place_does_not_start() {
    let refused = Harness::of(ml::SERVICE)
        .setting("CRAFTCHAIN_ML_TEXT", "google")
        .try_start()
        .await;
    let error = refused.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.starts_with("GOOGLE_CLOUD_PROJECT is not set"), "{error}");
}
