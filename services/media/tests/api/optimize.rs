use serde_json::{Value, json};

use crate::studio::{Answer, Asked, CUP, Studio};

async fn asks(studio: &Studio, by: &service_kit::harness::Person, id: &Value, body: Value) -> Answer {
    let path = format!("/media/{}/optimize", id.as_str().unwrap());
    studio
        .post(&path)
        .bearer_auth(&by.token)
        .json(&body)
        .answer()
        .await
}

#[tokio::test]
async fn pictures_made_on_request_join_those_made_before() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();

    let wide = json!({ "widths": [320], "formats": ["webp"], "quality": 60 });
    asks(&studio, &artisan, &id, wide).await.expect(200);
    let answer = asks(&studio, &artisan, &id, json!({ "widths": [480, 1920] }))
        .await
        .expect(200);

    let urls = answer["optimized_urls"].as_object().unwrap();
    let names: Vec<&str> = urls.keys().map(String::as_str).collect();
    let expected = [
        "w1920_q80",
        "w1920_q80_webp",
        "w320_q60_webp",
        "w480_q80",
        "w480_q80_webp",
    ];
    assert_eq!(names, expected);
    for link in urls.values() {
        assert_eq!(studio.follows(link).await.status, 200);
    }
    let info = studio.shows(&artisan, &id).await.expect(200);
    assert_eq!(info["processed_urls"].as_object().unwrap().len(), 13);
}

#[tokio::test]
async fn only_what_is_on_the_lists_is_made_and_only_for_the_owner() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();
    for wrong in [
        json!({ "widths": [321] }),
        json!({ "widths": [] }),
        json!({ "widths": [320], "quality": 75 }),
        json!({ "widths": [320], "formats": [] }),
        json!({ "widths": [320], "formats": ["bmp"] }),
        json!({ "widths": [320], "colour": "red" }),
    ] {
        assert_eq!(
            asks(&studio, &artisan, &id, wrong.clone()).await.status,
            422,
            "{wrong}"
        );
    }
    let fine = json!({ "widths": [320] });
    asks(&studio, &other, &id, fine).await.refused(404, "not_found");
}
