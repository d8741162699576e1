//! An artisan shows what she makes.

use serde_json::json;
use service_client::Service;
use shared_models::{ids::FileId, product::Product};
use tests::{
    Artisan, Visitor, a_bowl,
    photos::{BRICKS, CUP, Form},
    soon,
};

use crate::Fleet;

const FOR_GOOD: &str = "public, max-age=31536000, immutable";

async fn becomes(visitor: &Visitor, link: &str, status: u16) {
    soon(&format!("{link} answers {status}"), async || {
        let answer = visitor.follow(link).await;
        (answer.status == status).then_some(answer)
    })
    .await;
}

#[tokio::test]
async fn a_photo_is_public_while_a_listing_shows_it() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());
    let photo = artisan.uploads(CUP).await;
    let plain = format!("/v1/media/{}/large", photo.file_id);
    anyone.follow(&plain).await.expect_problem(404, "not_found");

    let draft = a_bowl()
        .with("image_ids", json!([photo.file_id]))
        .with("status", json!("draft"));
    let bowl = artisan.lists(draft).await;
    let shown = &bowl.product.media[0];
    assert_eq!(bowl.product.images, [&*plain]);
    assert_eq!(
        (shown.file_id, shown.width, shown.height),
        (photo.file_id, 600, 400)
    );
    assert_eq!(shown.placeholder, photo.metadata.placeholder);
    assert!(
        shown.urls.keys().eq(photo.processed_urls.keys()),
        "{:?}",
        shown.urls
    );
    let delete = || artisan.delete(&format!("/media/{}", photo.file_id));
    delete().await.expect_problem(409, "in_use");
    anyone.follow(&plain).await.expect_problem(404, "not_found");

    artisan
        .edits(&bowl, json!({ "status": "active" }))
        .await
        .expect_ok();
    anyone.follow(&plain).await.expect(200);
    for link in shown.urls.values() {
        let picture = anyone.follow(link).await.expect(200);
        assert_eq!(picture.header("cache-control"), Some(FOR_GOOD));
    }
    assert_eq!(
        anyone.browses("category=pottery").await[0].media,
        bowl.product.media
    );
    let found: serde_json::Value = soon("the listing is found", async || {
        let found = anyone
            .post("/products/search", json!({ "query": "terracotta" }))
            .await;
        let found: serde_json::Value = found.json();
        (found["total"] == 1).then_some(found)
    })
    .await;
    assert_eq!(found["results"][0]["product"]["images"], json!([plain]));

    let bowl = artisan.reads(&bowl).await;
    artisan
        .edits(&bowl, json!({ "image_ids": null }))
        .await
        .expect_ok();
    assert!(anyone.sees(&bowl).await.media.is_empty());
    becomes(&anyone, &plain, 404).await;
    delete().await.expect_ok();
    fleet.stop().await;
}

#[tokio::test]
async fn a_photo_leaves_with_its_last_listing() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());
    let photo = artisan.uploads(CUP).await.file_id;
    let showing = || a_bowl().with("image_ids", json!([photo]));
    let (first, second) = (artisan.lists(showing()).await, artisan.lists(showing()).await);
    let link = first.product.images[0].clone();
    anyone.follow(&link).await.expect(200);

    artisan.withdraws(&first).await.expect_ok();
    artisan
        .delete(&format!("/media/{photo}"))
        .await
        .expect_problem(409, "in_use");
    anyone.follow(&link).await.expect(200);
    artisan.withdraws(&second).await.expect_ok();
    becomes(&anyone, &link, 404).await;
    artisan.delete(&format!("/media/{photo}")).await.expect_ok();
    fleet.stop().await;
}

#[tokio::test]
async fn a_photo_is_listed_or_deleted_and_its_link_is_good_at_once_or_never() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());
    for round in 0..12_u64 {
        let photo = artisan.uploads(CUP).await.file_id;
        let delete = || artisan.delete(&format!("/media/{photo}"));
        let listing = async {
            let a_little = round % 4 * 2;
            tokio::time::sleep(std::time::Duration::from_millis(a_little)).await;
            let showing = a_bowl().with("image_ids", json!([photo]));
            artisan.post("/products", showing).await
        };
        let deletion = async {
            let a_little = 6 - round % 4 * 2;
            tokio::time::sleep(std::time::Duration::from_millis(a_little)).await;
            delete().await
        };

        let (listed, deleted) = tokio::join!(listing, deletion);

        let link = format!("/v1/media/{photo}/large");
        if listed.status == 201 {
            deleted.expect_problem(409, "in_use");
            anyone.follow(&link).await.expect(200);
            delete().await.expect_problem(409, "in_use");
        } else {
            let problem = listed.expect_problem(422, "invalid");
            assert_eq!(problem.errors[0].pointer, "/image_ids/0");
            deleted.expect_ok();
            anyone.follow(&link).await.expect_problem(404, "not_found");
        }
    }
    fleet.stop().await;
}

#[tokio::test]
async fn only_photos_of_her_own_that_are_ready_are_shown() {
    let fleet = Fleet::start().await;
    let (artisan, another) = (fleet.artisan().await, fleet.artisan().await);
    let (hers, anothers) = (
        artisan.uploads(CUP).await.file_id,
        another.uploads(BRICKS).await.file_id,
    );
    let under_way = begun(&artisan).await;
    let nobodys: FileId = uuid::Uuid::max().into();
    let bowl = artisan.lists(a_bowl()).await;

    for wrong in [anothers, under_way, nobodys, hers] {
        let showing = json!([hers, wrong]);
        let listed = artisan
            .post("/products", a_bowl().with("image_ids", showing.clone()))
            .await;
        let edited = artisan.edits(&bowl, json!({ "image_ids": showing })).await;
        for refused in [listed, edited] {
            let problem = refused.expect_problem(422, "invalid");
            let pointers: Vec<&str> = problem.errors.iter().map(|error| &*error.pointer).collect();
            assert_eq!(pointers, ["/image_ids/1"]);
        }
    }

    let ids = json!([nobodys, hers, anothers]);
    let problem = artisan.post("/products", a_bowl().with("image_ids", ids)).await;
    let problem = problem.expect_problem(422, "invalid");
    let pointers: Vec<&str> = problem.errors.iter().map(|error| &*error.pointer).collect();
    assert_eq!(pointers, ["/image_ids/0", "/image_ids/2"]);
    assert_eq!(artisan.browses("artisan_id=me").await.len(), 1);
    fleet.stop().await;
}

/// The id of an upload of which nothing has come yet.
async fn begun(artisan: &Artisan) -> FileId {
    let begun = artisan
        .post("/media/uploads", json!({}))
        .header("Tus-Resumable", "1.0.0");
    let begun = begun.header("Upload-Length", "5000").await.expect(201);
    let location = begun.header("location").unwrap();
    location.rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn a_listing_and_its_photos_come_in_one_request() {
    let fleet = Fleet::start().await;
    let (artisan, anyone) = (fleet.artisan().await, fleet.anyone());
    let before = artisan.uploads(BRICKS).await.file_id;
    let piece = a_bowl().with("image_ids", json!([before]));

    let listed = artisan
        .sends("/products", Form::listing(&piece, &[CUP, BRICKS]))
        .await
        .expect(201);
    let listed: Product = listed.json();

    assert_eq!(listed.media[0].file_id, before);
    let sizes: Vec<_> = listed
        .media
        .iter()
        .map(|photo| (photo.width, photo.height))
        .collect();
    assert_eq!((sizes[1], sizes.len()), ((600, 400), 3));
    for link in &listed.images {
        anyone.follow(link).await.expect(200);
    }
    let photo = artisan
        .get(&format!("/media/{}", listed.media[1].file_id))
        .await
        .expect_ok();
    assert_eq!(
        (&photo["artisan_id"], &photo["filename"]),
        (&json!(artisan.user.id), &json!("photo.jpg"))
    );

    // The parts may come in any order.
    let product = serde_json::to_string(&a_bowl()).unwrap();
    let form = Form::between("x")
        .file("images", "cup.jpg", CUP)
        .field("product", &product);
    let listed: Product = artisan.sends("/products", form).await.expect(201).json();
    assert_eq!(listed.media.len(), 1);
    fleet.stop().await;
}

#[tokio::test]
async fn a_form_that_is_repeated_is_one_listing_whatever_its_boundary() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let product = serde_json::to_string(&a_bowl()).unwrap();
    let form = |boundary, photo| {
        Form::between(boundary)
            .field("product", &product)
            .file("images", "a.jpg", photo)
    };
    let send = |form| artisan.sends("/products", form).once("the-bowl");

    let first: Product = send(form("first", CUP)).await.expect(201).json();
    let files = fleet.kept().await;
    let again: Product = send(form("another", CUP)).await.expect(201).json();

    assert_eq!(again, first);
    assert_eq!(fleet.kept().await, files);
    send(form("first", BRICKS))
        .await
        .expect_problem(422, "idempotency_key_reused");
    assert_eq!(artisan.browses("artisan_id=me").await.len(), 1);
    fleet.stop().await;
}

#[tokio::test]
async fn one_bad_photo_refuses_the_listing() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    for (bad, status, code) in [
        (&CUP[..20_000], 422, "truncated"),
        (b"<svg></svg>", 415, "unknown_format"),
        (b"\0\0\0\x24ftypheic\0\0\0\0mif1heic", 415, "heic"),
    ] {
        let refused = artisan
            .sends("/products", Form::listing(&a_bowl(), &[BRICKS, bad]))
            .await;
        let problem = refused.expect_problem(status, code);
        assert_eq!(problem.errors[0].pointer, "images[1]", "{}", problem.detail);
    }
    assert!(artisan.browses("artisan_id=me").await.is_empty());
    fleet.stop().await;
}

#[tokio::test]
async fn without_media_listings_go_on_and_photos_wait() {
    let fleet = Fleet::start().await;
    let artisan = fleet.artisan().await;
    let photo = artisan.uploads(CUP).await.file_id;
    let bowl = artisan.lists(a_bowl().with("image_ids", json!([photo]))).await;

    fleet.stop_one(Service::Media).await;

    let with_photo = a_bowl().with("image_ids", json!([photo]));
    let refused = [
        artisan.post("/products", with_photo).await,
        artisan.sends("/products", Form::listing(&a_bowl(), &[CUP])).await,
    ];
    for refused in refused {
        assert!(refused.header("retry-after").is_some());
        refused.expect_problem(503, "media_unavailable");
    }
    artisan.lists(a_bowl()).await;
    artisan.edits(&bowl, json!({ "price": 900 })).await.expect_ok();
    assert_eq!(fleet.anyone().sees(&bowl).await.media, bowl.product.media);
    assert_eq!(artisan.browses("artisan_id=me").await.len(), 2);
    fleet.stop().await;
}
