use backends::objects::stream_of;
use service_kit::harness::Harness;
use shared_models::{events::Topic, ids::ProductId};

use crate::studio::{Asked, CUP, Part, Studio, form, id_of, until};

impl Studio {
    /// Lets time pass until no deletion waits to be ended.
    async fn forgets(&self) {
        let left = || {
            self.clock().advance(chrono::Duration::seconds(30));
            self.waiting("forget-unused")
        };
        until(left, |left| *left == 0).await;
    }
}

#[tokio::test]
async fn a_deleted_photo_is_gone_with_everything_of_it() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let taken = studio.takes(&artisan, CUP).await;
    let id = &taken["file_id"];
    studio.deletes(&other, id).await.refused(404, "not_found");

    for _ in 0..2 {
        let message = studio.deletes(&artisan, id).await.expect(200);
        assert_eq!(message["message"], "File deleted successfully");
    }

    assert_eq!(studio.waiting("forget-unused").await, 0);
    studio.shows(&artisan, id).await.refused(410, "gone");
    studio.shows(&other, id).await.refused(404, "not_found");
    studio
        .follows(&taken["original_url"])
        .await
        .refused(404, "not_found");
    until(|| studio.objects("files/"), Vec::is_empty).await;
}

#[tokio::test]
async fn what_a_listing_shows_is_not_deleted() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();
    let product = ProductId(studio.kit.ids.uuid());
    let plain = format!("/media/{}/thumb", id.as_str().unwrap());

    studio.hears(&artisan, product, &[&id], "active", 1).await;
    until(|| studio.get(&plain).answer(), |answer| answer.status == 200).await;
    studio.deletes(&artisan, &id).await.refused(409, "in_use");

    studio.hears(&artisan, product, &[], "active", 2).await;
    until(|| studio.get(&plain).answer(), |answer| answer.status == 404).await;
    studio.deletes(&artisan, &id).await.expect(200);
}

#[tokio::test]
async fn product_decides_whether_a_photo_goes() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();
    let product = ProductId(studio.kit.ids.uuid());

    // No event told of the listing.
    studio.product.lists(product, vec![id_of(&id)], "draft");
    studio.deletes(&artisan, &id).await.refused(409, "in_use");

    // What was refused is not done later, though it could be.
    studio.product.lists(product, Vec::new(), "draft");
    studio.clock().advance(chrono::Duration::minutes(10));
    assert_eq!(studio.waiting("forget-unused").await, 0);
    let artisan = studio.again(&artisan).await;
    studio.shows(&artisan, &id).await.expect(200);
    assert!(!studio.product.dismissed(id_of(&id)));

    studio.deletes(&artisan, &id).await.expect(200);
    assert!(studio.product.dismissed(id_of(&id)));
}

#[tokio::test]
async fn a_photo_whose_listings_are_not_known_goes_when_they_are() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let (free, shown) = (
        studio.takes(&artisan, CUP).await["file_id"].clone(),
        studio.takes(&artisan, CUP).await["file_id"].clone(),
    );
    studio.product.is_away(true);
    for id in [&free, &shown] {
        let refused = studio.deletes(&artisan, id).await;
        refused.refused(503, "listings_unavailable");
        assert!(refused.header("retry-after").parse::<u32>().unwrap() >= 1);
        studio.shows(&artisan, id).await.expect(200);
    }

    let product = ProductId(studio.kit.ids.uuid());
    studio.product.lists(product, vec![id_of(&shown)], "draft");
    studio.product.is_away(false);
    studio.forgets().await;
    let artisan = studio.again(&artisan).await;
    studio.shows(&artisan, &free).await.refused(410, "gone");
    studio.shows(&artisan, &shown).await.expect(200);
}

#[tokio::test]
async fn a_deletion_whose_request_died_is_ended_by_a_job() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();
    studio.product.is_silent(true);
    {
        let deletion = studio.deletes(&artisan, &id);
        tokio::select! {
            answer = deletion => panic!("{answer:?}"),
            () = studio.product.is_asked() => {} // and she hangs up
        }
    }
    assert!(studio.product.dismissed(id_of(&id)));
    studio.shows(&artisan, &id).await.expect(200);

    studio.product.is_silent(false);
    studio.forgets().await;
    let artisan = studio.again(&artisan).await;
    studio.shows(&artisan, &id).await.refused(410, "gone");
}

#[tokio::test]
async fn an_erased_account_leaves_nothing_and_takes_nothing_in() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let id = studio.takes(&artisan, CUP).await["file_id"].clone();
    let kept = studio.takes(&other, CUP).await["file_id"].clone();

    studio.hears_of_erasure(&artisan).await;

    until(|| studio.shows(&artisan, &id), |answer| answer.status == 404).await;
    assert!(
        studio
            .objects(&format!("files/{}/", id.as_str().unwrap()))
            .await
            .is_empty()
    );
    studio.shows(&other, &kept).await.expect(200);
    let late = studio.sends(&artisan, "/media/upload", form(&[Part("a.jpg", CUP)], &[]));
    late.answer().await.refused(403, "account_erased");
}

#[tokio::test]
async fn an_upload_is_told() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let listener = backends::events::Subscription::to("test.media-uploaded", &[Topic::MediaUploaded]);
    let log = studio.kit.backends.events.clone();
    log.subscribe(&listener).await.unwrap();

    let taken = studio.takes(&artisan, CUP).await;

    let pull = || log.pull(&listener, 1, std::time::Duration::from_secs(1));
    let told = until(pull, |told| !told.as_ref().unwrap().is_empty())
        .await
        .unwrap();
    let event = &told[0].event.data;
    assert_eq!(event["file_id"], taken["file_id"]);
    assert_eq!(
        (event["width"].as_i64(), event["height"].as_i64()),
        (Some(600), Some(400))
    );
}

#[tokio::test]
async fn what_nobody_refers_to_is_swept_a_day_later() {
    let studio = Studio::open().await;
    let id = studio.takes(&studio.artisan().await, CUP).await["file_id"].clone();
    let bucket = &studio.kit.backends.objects;
    for name in [
        "incoming/left",
        "files/018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77/thumb",
    ] {
        bucket.put(name, "image/jpeg", stream_of("left")).await.unwrap();
    }
    studio.clock().advance(chrono::Duration::hours(23));
    let second = Harness::of(media::SERVICE).beside(&studio).start().await;
    second.stop().await;
    assert_eq!(studio.objects("").await.len(), 11);

    // Whoever sweeps looks again within the hour.
    let later = || {
        studio.clock().advance(chrono::Duration::hours(1));
        studio.objects("")
    };
    until(later, |left| left.len() == 9).await;
    let mine = format!("files/{}/", id.as_str().unwrap());
    assert!(
        studio
            .objects("")
            .await
            .iter()
            .all(|name| name.starts_with(&mine))
    );
}
