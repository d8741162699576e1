use serde_json::{Value, json};
use service_kit::harness::Person;

use crate::studio::{Asked, BRICKS, CUP, NIGHT, Studio, turned_with_gps, until};

async fn reads(studio: &Studio, by: &Person) -> Vec<Value> {
    let answer = studio
        .get("/media/duplicates")
        .bearer_auth(&by.token)
        .answer()
        .await;
    answer.expect(200).as_array().unwrap().clone()
}

#[tokio::test]
async fn anothers_photo_is_reported_to_both_and_to_admins_also_when_mirrored() {
    let studio = Studio::open().await;
    let (artisan, copier, admin) = (
        studio.artisan().await,
        studio.artisan().await,
        studio.admin().await,
    );
    let mine = studio.takes(&artisan, CUP).await["file_id"].clone();
    studio.takes(&artisan, BRICKS).await;

    // Orientation 2 is a mirror.
    let copy = studio.takes(&copier, &turned_with_gps(CUP, 2)).await["file_id"].clone();

    let found = until(|| reads(&studio, &artisan), |found| !found.is_empty()).await;
    assert_eq!(found.len(), 1);
    assert_eq!(
        (&found[0]["file_id"], &found[0]["similar_file_id"]),
        (&copy, &mine)
    );
    assert_eq!(found[0]["similar_artisan_id"], json!(artisan.id));
    assert!(found[0]["distance"].as_u64().unwrap() <= 8);
    assert_eq!(reads(&studio, &copier).await, found);
    assert_eq!(reads(&studio, &admin).await, found);
    assert!(reads(&studio, &studio.artisan().await).await.is_empty());

    // Nothing is blocked, and what is deleted is reported no more.
    studio.shows(&copier, &copy).await.expect(200);
    studio.deletes(&copier, &copy).await.expect(200);
    assert!(reads(&studio, &artisan).await.is_empty());
}

#[tokio::test]
async fn ones_own_photos_and_different_ones_are_not_reported() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    studio.takes(&artisan, CUP).await;
    studio.takes(&artisan, &turned_with_gps(CUP, 2)).await;
    studio.takes(&other, NIGHT).await;
    studio.takes(&other, BRICKS).await;

    // The last of the jobs reports; whatever would come before it has come.
    studio.takes(&other, CUP).await;
    let found = until(|| reads(&studio, &other), |found| found.len() == 2).await;
    assert!(found.iter().all(|report| report["artisan_id"] == json!(other.id)));
    assert_eq!(reads(&studio, &artisan).await.len(), 2);
}
