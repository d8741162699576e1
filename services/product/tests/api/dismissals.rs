//! Photos that media throws away while listings want to show them.

use std::sync::{Arc, Mutex};

use axum::{Json, Router, extract::Path, routing::get};
use http::StatusCode;
use reqwest::RequestBuilder;
use serde_json::json;
use service_client::Service;
use service_kit::harness::{Harness, Person};
use shared_models::{
    ids::{FileId, UserId},
    media::{MediaFile, PixelSize},
};

use crate::shop::{Answer, Asked, Shop, bowl, soon};

/// Has every photo, and they are all of one artisan.
#[derive(Clone, Default)]
struct Media {
    artisan: Arc<Mutex<Option<UserId>>>,
    /// What it sends before it answers.
    first: Arc<Mutex<Option<RequestBuilder>>>,
}

impl Media {
    async fn opens(&self) -> String {
        let media = self.clone();
        let file = move |Path(id): Path<FileId>| {
            let media = media.clone();
            async move { media.describe(id).await.map(Json).ok_or(StatusCode::NOT_FOUND) }
        };
        let routes = Router::new().route("/internal/media/{id}", get(file));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        #[expect(clippy::disallowed_methods, reason = "ends with the test's runtime")]
        tokio::spawn(async move { axum::serve(listener, routes).await });
        url
    }

    async fn describe(&self, id: FileId) -> Option<MediaFile> {
        let artisan_id = (*self.artisan.lock().unwrap())?;
        let first = self.first.lock().unwrap().take();
        if let Some(dismissal) = first {
            assert_eq!(dismissal.answer().await.status, 204);
        }
        Some(MediaFile {
            id,
            artisan_id,
            filename: None,
            content_type: "image/jpeg".into(),
            size: 1,
            dimensions: PixelSize { width: 4, height: 3 },
            original_url: None,
            processed_urls: [("large".to_owned(), String::new())].into(),
            product_id: None,
            placeholder: String::new(),
            uploaded_at: chrono::DateTime::UNIX_EPOCH,
        })
    }
}

impl Shop {
    async fn beside_media(media: &Media) -> (Self, Person) {
        let setup = Harness::of(product::SERVICE).setting("CRAFTCHAIN_MEDIA_URL", media.opens().await);
        let shop = Self(setup.start().await);
        let artisan = shop.artisan().await;
        *media.artisan.lock().unwrap() = Some(artisan.id);
        (shop, artisan)
    }

    fn photo(&self) -> FileId {
        self.0.kit.ids.fresh()
    }

    /// Media throws a photo away.
    async fn dismisses(&self, photo: FileId) -> Answer {
        self.dismissal(photo).await.answer().await
    }

    async fn dismissal(&self, photo: FileId) -> RequestBuilder {
        let token = self.0.service_token(Service::Media).await;
        let request = self.0.delete(&format!("/internal/images/{photo}"));
        request.header("x-service-token", token)
    }

    /// What media is told of a photo.
    async fn tells_of(&self, photo: FileId) -> Answer {
        let token = self.0.service_token(Service::Media).await;
        let request = self.0.get(&format!("/internal/images/{photo}"));
        request.header("x-service-token", token).answer().await
    }

    async fn shows_photo(&self, by: &Person, photo: FileId) -> Answer {
        let showing = bowl(json!({ "image_ids": [photo] }));
        self.post(by, "/products", &showing).answer().await
    }
}

fn is_no_photo(answer: &Answer) {
    assert_eq!(answer.refused(422, "invalid"), "/image_ids/0");
    assert_eq!(answer.json()["errors"][0]["code"], "unknown_image");
}

#[tokio::test]
async fn what_was_dismissed_is_shown_by_no_listing() {
    let media = Media::default();
    let (shop, artisan) = Shop::beside_media(&media).await;
    let listed = shop.lists(&artisan, json!({})).await;
    let photo = shop.photo();

    for _ in 0..2 {
        assert_eq!(shop.dismisses(photo).await.status, 204);
    }

    // Media still has it.
    is_no_photo(&shop.shows_photo(&artisan, photo).await);
    let patch = json!({ "image_ids": [photo] });
    is_no_photo(&shop.patch(&artisan, &listed.path(), &patch).answer().await);
    let put = bowl(json!({ "image_ids": [photo] }));
    is_no_photo(&shop.put(&artisan, &listed.path(), &put).answer().await);
    assert_eq!(shop.sees(&listed).await.json()["images"], json!([]));
}

#[tokio::test]
async fn a_photo_that_is_dismissed_after_media_was_asked_for_it_is_not_shown_either() {
    let media = Media::default();
    let (shop, artisan) = Shop::beside_media(&media).await;
    let listed = shop.lists(&artisan, json!({})).await;
    let (first, second) = (shop.photo(), shop.photo());

    *media.first.lock().unwrap() = Some(shop.dismissal(first).await);
    is_no_photo(&shop.shows_photo(&artisan, first).await);
    *media.first.lock().unwrap() = Some(shop.dismissal(second).await);
    let patch = json!({ "image_ids": [second] });
    is_no_photo(&shop.patch(&artisan, &listed.path(), &patch).answer().await);

    assert_eq!(shop.shows_photo(&artisan, shop.photo()).await.status, 201);
}

#[tokio::test]
async fn what_a_listing_shows_is_not_dismissed() {
    let media = Media::default();
    let (shop, artisan) = Shop::beside_media(&media).await;
    let photo = shop.photo();
    let draft = json!({ "image_ids": [photo], "status": "draft" });
    let draft = shop.lists(&artisan, draft).await;
    assert_eq!(shop.tells_of(photo).await.expect(200)["public"], false);

    shop.dismisses(photo).await.refused(409, "in_use");

    let listed = shop.lists(&artisan, json!({ "image_ids": [photo] })).await;
    let told = shop.tells_of(photo).await.expect(200);
    assert_eq!(told["public"], true);
    assert_eq!(told["product_ids"].as_array().unwrap().len(), 2);
    for kept in [&draft, &listed] {
        shop.dismisses(photo).await.refused(409, "in_use");
        shop.delete(&artisan, &kept.path()).answer().await.expect(200);
    }
    shop.tells_of(photo).await.refused(404, "not_found");
    assert_eq!(shop.dismisses(photo).await.status, 204);
    is_no_photo(&shop.shows_photo(&artisan, photo).await);
}

#[tokio::test]
async fn an_edit_that_keeps_its_photos_asks_nobody_and_keeps_them() {
    let media = Media::default();
    let (shop, artisan) = Shop::beside_media(&media).await;
    let photo = shop.photo();
    let listed = shop.lists(&artisan, json!({ "image_ids": [photo] })).await;
    *media.artisan.lock().unwrap() = None;

    let patch = json!({ "price": 7 });
    let edited = shop.patch(&artisan, &listed.path(), &patch).answer().await;

    assert_eq!(edited.expect(200)["media"][0]["file_id"], json!(photo));
}

#[tokio::test]
async fn of_a_listing_and_the_end_of_its_photo_at_the_same_time_one_comes_first() {
    let media = Media::default();
    let (shop, artisan) = Shop::beside_media(&media).await;
    let draft = shop.lists(&artisan, json!({})).await;
    let mut came_first = [0, 0];
    for round in 0..60 {
        let photo = shop.photo();
        let patch = json!({ "image_ids": [photo] });
        let showing = async {
            match round % 2 {
                0 => shop.shows_photo(&artisan, photo).await,
                _ => shop.patch(&artisan, &draft.path(), &patch).answer().await,
            }
        };
        // Product asks media first, so the dismissal begins a little later, and not always by the same.
        let dismissing = async {
            tokio::time::sleep(std::time::Duration::from_micros(round * 100)).await;
            tokio::join!(shop.dismisses(photo), shop.dismisses(photo))
        };
        let (shown, dismissed) = tokio::join!(showing, dismissing);
        let is_shown = match shown.status.as_u16() {
            200 | 201 => true,
            _ => {
                is_no_photo(&shown);
                false
            }
        };
        for dismissed in [dismissed.0, dismissed.1] {
            assert_eq!(
                dismissed.status,
                if is_shown { 409 } else { 204 },
                "{}",
                dismissed.text
            );
        }
        assert_eq!(shop.tells_of(photo).await.status == 200, is_shown);
        came_first[usize::from(is_shown)] += 1;
    }
    assert!(came_first.iter().all(|times| *times > 0), "{came_first:?}");
}

#[tokio::test]
async fn a_dismissal_is_forgotten_when_no_request_can_be_under_way_that_saw_the_photo() {
    let media = Media::default();
    let (shop, _) = Shop::beside_media(&media).await;
    let photo = shop.photo();
    assert_eq!(shop.dismisses(photo).await.status, 204);
    soon(async || {
        shop.0.clock().advance(chrono::Duration::hours(1));
        !shop.remembers(&photo.to_string(), &["dismissals"]).await
    })
    .await;
}
