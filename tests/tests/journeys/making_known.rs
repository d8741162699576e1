//! An artisan makes a piece known.

use serde_json::{Value, json};
use tests::{
    Artisan, Listed, a_bowl,
    photos::{BRICKS, CUP},
    soon,
};

use crate::Fleet;

/// What each network takes, in characters.
const NETWORKS: [(&str, usize); 5] = [
    ("instagram", 2200),
    ("facebook", 5000),
    ("x", 280),
    ("whatsapp", 700),
    ("pinterest", 500),
];

/// A listing that shows a photo.
async fn shows(artisan: &Artisan, photo: &[u8], title: Value) -> Listed {
    let photo = artisan.uploads(photo).await;
    let bowl = a_bowl().with("image_ids", json!([photo.file_id]));
    artisan.lists(bowl.with("title", title)).await
}

#[tokio::test]
async fn a_listing_gets_posts_posters_and_a_plan_for_its_owner_alone() {
    let fleet = Fleet::start().await;
    let (artisan, other) = (fleet.artisan().await, fleet.artisan().await);
    let bowl = shows(&artisan, CUP, json!("Terracotta bowl")).await;
    let asked = json!({ "product_id": bowl.product.id });

    let content: Value = artisan
        .post("/ml/marketing-content", asked.clone())
        .await
        .expect_ok();
    for (network, limit) in NETWORKS {
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
async fn posts_speak_the_artisans_language_beside_english() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    artisan
        .patch("/auth/profile", json!({ "language": "hi" }))
        .await
        .expect(200);
    let bowl = shows(&artisan, CUP, json!({ "hi": "मिट्टी का कटोरा" })).await;
    let asked = json!({ "product_id": bowl.product.id });
    let content: Value = artisan.post("/ml/marketing-content", asked).await.expect_ok();
    for (network, limit) in NETWORKS {
        let posts = content["social_media_posts"][network].as_object().unwrap();
        assert_eq!(posts.keys().collect::<Vec<_>>(), ["en", "hi"], "{network}");
        let hindi = posts["hi"].as_str().unwrap();
        assert!(hindi.contains("मिट्टी का कटोरा"), "{network}: {hindi}");
        assert!(hindi.chars().count() <= limit, "{network}: {hindi}");
    }
    fleet.stop().await;
}

#[tokio::test]
async fn a_moodboard_names_the_pieces_that_look_like_its_photo() {
    let fleet = Fleet::start().await;
    let (artisan, other) = (fleet.artisan().await, fleet.artisan().await);
    let cup = shows(&other, CUP, json!("Cup")).await;
    let bricks = shows(&other, BRICKS, json!("Bricks")).await;
    let photo = artisan.uploads(CUP).await;
    let similar = soon("both pieces", async || {
        let asked = json!({ "file_id": photo.file_id });
        let board: Value = artisan.post("/ml/generate-moodboard", asked).await.expect_ok();
        let similar = board["similar_products"].as_array().unwrap().clone();
        (similar.len() == 2).then_some(similar)
    })
    .await;
    let ids: Vec<&Value> = similar.iter().map(|one| &one["product"]["id"]).collect();
    assert_eq!(ids, [&json!(cup.product.id), &json!(bricks.product.id)]);
    assert_eq!(
        (&similar[0]["same_photo"], &similar[1]["same_photo"]),
        (&json!(true), &json!(false))
    );
    assert!(similar[1]["likeness"].as_f64() < similar[0]["likeness"].as_f64());
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
