use http::Method;
use shared_models::ids::ProductId;

use crate::studio::{Asked, BRICKS, CUP, Studio, id_of, nobody, path_of, until};

#[tokio::test]
async fn a_photo_is_private_until_a_listing_shows_it_and_then_its_links_are_stable() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let taken = studio.takes(&artisan, CUP).await;
    let id = &taken["file_id"];
    let plain = format!("/media/{}/small", id.as_str().unwrap());
    let product = ProductId(studio.kit.ids.uuid());

    studio.get(&plain).answer().await.refused(404, "not_found");
    studio.shows(&other, id).await.refused(404, "not_found");
    let own = studio.get(&plain).bearer_auth(&artisan.token).answer().await;
    assert_eq!(
        (own.status.as_u16(), own.header("cache-control")),
        (200, "private, max-age=3600, immutable")
    );

    // Another's listing makes nothing public, nor does a draft.
    let anothers = ProductId(studio.kit.ids.uuid());
    studio.is_told(&other, anothers, &[id], "active", 1).await;
    studio.hears(&artisan, product, &[id], "draft", 1).await;
    until(|| studio.knows(product), |known| *known).await;
    studio.deletes(&artisan, id).await.refused(409, "in_use");
    studio.get(&plain).answer().await.refused(404, "not_found");

    studio.hears(&artisan, product, &[id], "active", 2).await;
    let shown = until(|| studio.get(&plain).answer(), |answer| answer.status == 200).await;
    assert_eq!(
        shown.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    let seen = studio.shows(&other, id).await.expect(200);
    assert_eq!(seen["processed_urls"]["small"], format!("/v1{plain}"));
    assert!(seen["original_url"].is_null() && seen["filename"].is_null());

    // The original stays hers.
    let original = format!("/media/{}/original", id.as_str().unwrap());
    studio.get(&original).answer().await.refused(404, "not_found");
    studio
        .get(&original)
        .bearer_auth(&other.token)
        .answer()
        .await
        .refused(404, "not_found");
    assert_eq!(
        studio
            .get(&original)
            .bearer_auth(&artisan.token)
            .answer()
            .await
            .status,
        200
    );

    // A deleted listing shows nothing.
    studio.hears(&artisan, product, &[], "deleted", 4).await;
    until(|| studio.get(&plain).answer(), |answer| answer.status == 404).await;
    studio.deletes(&artisan, id).await.expect(200);
}

#[tokio::test]
async fn a_link_is_good_as_soon_as_product_lists_the_photo() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let taken = studio.takes(&artisan, CUP).await;
    let id = &taken["file_id"];
    let plain = format!("/media/{}/small", id.as_str().unwrap());
    let product = ProductId(studio.kit.ids.uuid());

    studio.product.lists(product, vec![id_of(id)], "draft");
    studio.get(&plain).answer().await.refused(404, "not_found");
    studio.shows(&other, id).await.refused(404, "not_found");

    // No event was heard, and none will be.
    studio.product.lists(product, vec![id_of(id)], "active");
    let shown = studio.get(&plain).answer().await;
    assert_eq!(
        (shown.status.as_u16(), shown.header("cache-control")),
        (200, "public, max-age=31536000, immutable")
    );
    for person in [&other, &artisan] {
        let seen = studio.shows(person, id).await.expect(200);
        assert_eq!(seen["processed_urls"]["small"], format!("/v1{plain}"));
    }
    let old = studio
        .get(&format!("{plain}?expires=1&signature=x"))
        .answer()
        .await;
    assert_eq!(old.status, 200);
    let original = format!("/media/{}/original", id.as_str().unwrap());
    studio.get(&original).answer().await.refused(404, "not_found");
}

#[tokio::test]
async fn while_product_is_away_what_events_told_holds() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let shown = studio.takes(&artisan, CUP).await["file_id"].clone();
    let hidden = studio.takes(&artisan, BRICKS).await["file_id"].clone();
    let product = ProductId(studio.kit.ids.uuid());
    studio.hears(&artisan, product, &[&shown], "active", 4).await;
    until(|| studio.knows(product), |known| *known).await;
    // What was said before is not believed later.
    studio.is_told(&artisan, product, &[&hidden], "active", 3).await;

    studio.product.is_away(true);

    let link = |id: &serde_json::Value| format!("/media/{}/small", id.as_str().unwrap());
    assert_eq!(studio.get(&link(&shown)).answer().await.status, 200);
    studio.shows(&other, &shown).await.expect(200);
    // Whether somebody may see the other one now is not known; its owner may.
    let unknown = studio.get(&link(&hidden)).answer().await;
    unknown.refused(503, "listings_unavailable");
    assert!(unknown.header("retry-after").parse::<u32>().unwrap() >= 1);
    studio
        .shows(&other, &hidden)
        .await
        .refused(503, "listings_unavailable");
    let own = studio.get(&link(&hidden)).bearer_auth(&artisan.token);
    assert_eq!(own.answer().await.status, 200);
    let seen = studio.shows(&artisan, &hidden).await.expect(200);
    assert_eq!(studio.follows(&seen["processed_urls"]["small"]).await.status, 200);
}

#[tokio::test]
async fn a_signed_link_opens_one_picture_until_it_ends() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let taken = studio.takes(&artisan, CUP).await;
    let link = path_of(&taken["processed_urls"]["small"]).to_owned();

    let opened = studio.get(&link).answer().await;
    assert_eq!(opened.status, 200);
    assert!(opened.header("cache-control").starts_with("private, max-age="));
    let again = studio.shows(&artisan, &taken["file_id"]).await.expect(200);
    assert_eq!(
        path_of(&again["processed_urls"]["small"]),
        link,
        "the same within the hour"
    );

    let elsewhere = link.replace("/small?", "/large?");
    studio.get(&elsewhere).answer().await.refused(403, "bad_link");
    let longer = link.replace("expires=", "expires=9");
    studio.get(&longer).answer().await.refused(403, "bad_link");
    let unsigned = link.split("&signature").next().unwrap();
    studio.get(unsigned).answer().await.refused(403, "bad_link");

    studio.clock().advance(chrono::Duration::hours(2));
    studio.get(&link).answer().await.refused(403, "bad_link");
}

#[tokio::test]
async fn pictures_come_in_parts_and_only_when_they_are_not_known() {
    let studio = Studio::open().await;
    let taken = studio.takes(&studio.artisan().await, CUP).await;
    let link = path_of(&taken["processed_urls"]["medium"]).to_owned();
    let whole = studio.get(&link).answer().await;
    let size = whole.bytes.len();
    let tag = whole.header("etag").to_owned();
    assert_eq!(whole.header("content-type"), "image/jpeg");
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let ranged = |range: &str| studio.get(&link).header("range", range.to_owned());

    let part = ranged("bytes=100-199").answer().await;
    assert_eq!(
        (part.status.as_u16(), &part.bytes[..]),
        (206, &whole.bytes[100..200])
    );
    assert_eq!(part.header("content-range"), format!("bytes 100-199/{size}"));
    assert_eq!(ranged("bytes=-7").answer().await.bytes, &whole.bytes[size - 7..]);
    let beyond = ranged(&format!("bytes={size}-")).answer().await;
    beyond.refused(416, "range_not_satisfiable");
    assert_eq!(beyond.header("content-range"), format!("bytes */{size}"));
    let old = ranged("bytes=0-9").header("if-range", "\"old\"").answer().await;
    assert_eq!((old.status.as_u16(), old.bytes.len()), (200, size));
    let current = ranged("bytes=0-9").header("if-range", &tag).answer().await;
    assert_eq!(current.status, 206);

    let known = studio.get(&link).header("if-none-match", &tag).answer().await;
    assert_eq!((known.status.as_u16(), known.bytes.len()), (304, 0));
    let head = studio.request(Method::HEAD, &link).answer().await;
    assert_eq!((head.status.as_u16(), head.bytes.len()), (200, 0));
    assert_eq!(head.header("content-length"), size.to_string());
    assert_eq!(head.header("etag"), tag);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let taken = studio.takes(&artisan, CUP).await;
    let unknown = format!("/media/{}/huge", taken["file_id"].as_str().unwrap());
    studio
        .get(&unknown)
        .bearer_auth(&artisan.token)
        .answer()
        .await
        .refused(404, "not_found");
    studio.shows(&artisan, &nobody()).await.refused(404, "not_found");
    studio
        .get("/media/7/small")
        .answer()
        .await
        .refused(400, "malformed");
}
