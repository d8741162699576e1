//! An artisan makes a piece known.

use serde_json::{Value, json};
use tests::{Fleet, a_bowl, photos::CUP};

#[tokio::test]
async fn a_listing_gets_posts_posters_and_a_plan_for_its_owner_alone() {
    let fleet = Fleet::start().await;
    let (artisan, other) = (fleet.artisan().await, fleet.artisan().await);
    let photo = artisan.uploads(CUP).await;
    let bowl = a_bowl().with("image_ids", json!([photo.file_id]));
    let bowl = artisan.lists(bowl).await;
    let asked = json!({ "product_id": bowl.product.id });

    let content: Value = artisan
        .post("/ml/marketing-content", asked.clone())
        .await
        .expect_ok();
    let limits = [
        ("instagram", 2200),
        ("facebook", 5000),
        ("x", 280),
        ("whatsapp", 700),
        ("pinterest", 500),
    ];
    for (network, limit) in limits {
        let post = content["social_media_posts"][network]["en"].as_str().unwrap();
        assert!(
            post.chars().count() <= limit && post.contains('₹'),
            "{network}: {post}"
        );
    }
    let hashtags = content["hashtags"].as_array().unwrap();
    assert!(!hashtags.is_empty() && hashtags.iter().all(|tag| tag.as_str().unwrap().starts_with('#')));
    let names: Vec<&Value> = content["poster_designs"]
        .as_array()
        .unwrap()
        .iter()
        .map(|poster| &poster["name"])
        .collect();
    assert_eq!(names, ["square", "story", "landscape"]);
    for poster in content["poster_designs"].as_array().unwrap() {
        let picture = artisan.follow(poster["url"].as_str().unwrap()).await.expect(200);
        assert_eq!(picture.header("content-type"), Some("image/png"));
    }
    assert!(
        !content["campaign_strategy"]["steps"]
            .as_array()
            .unwrap()
            .is_empty()
    );

    let named = format!("/ml/marketing-content?product_id={}", bowl.product.id);
    artisan.post(&named, json!({})).await.expect(200);
    let nobodys = json!({ "product_id": "01890a5d-ac96-774b-bcce-b302099a8057" });
    artisan.post(&named, nobodys).await.expect_problem(422, "invalid");
    let unnamed = artisan.post("/ml/marketing-content", json!({})).await;
    unnamed.expect_problem(422, "invalid");

    let refused = other.post("/ml/marketing-content", asked).await;
    refused.expect_problem(403, "not_owner");
    fleet.stop().await;
}

#[tokio::test]
async fn a_photo_becomes_a_moodboard_that_is_its_owners() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let photo = artisan.uploads(CUP).await;
    let board: Value = artisan
        .post("/ml/generate-moodboard", json!({ "file_id": photo.file_id }))
        .await
        .expect_ok();
    let picture = artisan
        .follow(board["moodboard_url"].as_str().unwrap())
        .await
        .expect(200);
    assert_eq!(picture.header("content-type"), Some("image/png"));
    assert!(!board["color_palette"].as_array().unwrap().is_empty());
    assert!(!board["style_inspiration"].as_array().unwrap().is_empty());
    assert_eq!(board["market_alignment"]["score"], Value::Null);
    fleet.stop().await;
}
