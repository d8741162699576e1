use serde_json::{Value, json};

use crate::{
    hostile::{png_of_zeros, two_frames},
    studio::{Asked, BRICKS, CUP, NIGHT, Part, Studio, VARIANTS, contains, form, turned_with_gps},
};

#[tokio::test]
async fn a_photo_is_upright_and_clean_and_all_its_pictures_can_be_fetched() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let photo = turned_with_gps(CUP, 6);
    assert!(contains(&photo, b"2026:11:19") && contains(&photo, b"26.9N75E"));

    let taken = studio.takes(&artisan, &photo).await;

    let urls = taken["processed_urls"].as_object().unwrap();
    assert_eq!(urls.keys().map(String::as_str).collect::<Vec<_>>(), VARIANTS);
    for link in urls.values().chain([&taken["original_url"]]) {
        let picture = studio.follows(link).await;
        assert_eq!(picture.status, 200, "{link}");
        for planted in [&b"Exif"[..], b"2026:11:19", b"26.9N75E"] {
            assert!(!contains(&picture.bytes, planted), "{link}");
        }
    }
    let metadata = &taken["metadata"];
    // 600 x 400 as stored.
    assert_eq!(
        (&metadata["width"], &metadata["height"]),
        (&json!(400), &json!(600))
    );
    assert_eq!(metadata["content_type"], "image/jpeg");
    assert_eq!(metadata["filename"], "photo.jpg");
    assert_eq!(metadata["phash"].as_str().unwrap().len(), 16);
    assert!(metadata["placeholder"].as_str().unwrap().len() > 20);
    assert!(studio.follows(&urls["thumb"]).await.bytes.len() <= 15_000);
}

#[tokio::test]
async fn several_photos_come_in_one_request_in_their_order() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let product = "6c1f0c8e-0f3a-4d53-9f06-3d5d7c1f7a11";
    let body = form(
        &[Part("../a.jpg", CUP), Part("b.jpg", NIGHT)],
        &[("product_id", product)],
    );

    let answer = studio
        .sends(&artisan, "/media/upload?optimize=false", body)
        .answer()
        .await;

    let files = answer.expect(201)["uploaded_files"].as_array().unwrap().clone();
    let name = |file: &Value| file["metadata"]["filename"].as_str().unwrap().to_owned();
    assert_eq!(files.iter().map(name).collect::<Vec<_>>(), ["a.jpg", "b.jpg"]);
    assert!(files.iter().all(|file| file["metadata"]["product_id"] == product));
    assert!(studio.objects("incoming/").await.is_empty());
}

#[tokio::test]
async fn one_bad_file_refuses_the_request_and_leaves_nothing() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let heic = b"\0\0\0\x24ftypheic\0\0\0\0mif1heic";
    let vast = png_of_zeros(14_000, 14_000);
    assert!(vast.len() < 700_000);
    for (bad, status, code) in [
        (&vast[..], 413, "too_many_pixels"),
        (&png_of_zeros(6_000, 100), 422, "lying_header"),
        (&two_frames(), 422, "animated"),
        (&CUP[..20_000], 422, "truncated"),
        (&[CUP, b"PK\x03\x04"].concat(), 422, "polyglot"),
        (&heic[..], 415, "heic"),
        (&b"<svg></svg>"[..], 415, "unknown_format"),
    ] {
        let body = form(&[Part("good.jpg", BRICKS), Part("bad.jpg", bad)], &[]);
        let answer = studio.sends(&artisan, "/media/upload", body).answer().await;
        assert_eq!(answer.refused(status, code), "files[1]");
        assert!(studio.objects("").await.is_empty());
    }
}

#[tokio::test]
async fn what_is_no_upload_is_refused_by_name() {
    let studio = Studio::open().await;
    let (artisan, buyer) = (studio.artisan().await, studio.buyer().await);
    let good = || vec![Part("a.jpg", CUP)];
    let sends = |body| studio.sends(&artisan, "/media/upload", body).answer();

    assert_eq!(sends(form(&[], &[])).await.refused(422, "invalid"), "files");
    let odd = form(&good(), &[("colour", "red")]);
    assert_eq!(sends(odd).await.refused(422, "invalid"), "colour");
    let odd = form(&good(), &[("optimize", "perhaps")]);
    assert_eq!(sends(odd).await.refused(422, "invalid"), "optimize");
    sends(b"no form".to_vec()).await.refused(400, "malformed");
    let json = studio
        .post("/media/upload")
        .bearer_auth(&artisan.token)
        .json(&json!({}));
    json.answer().await.refused(415, "unsupported_media_type");
    let refused = studio
        .sends(&buyer, "/media/upload", form(&good(), &[]))
        .answer()
        .await;
    refused.refused(403, "wrong_role");
    studio
        .post("/media/upload")
        .answer()
        .await
        .refused(401, "unauthenticated");
    assert!(studio.objects("").await.is_empty());
}

#[tokio::test]
async fn more_than_30_mebibytes_are_refused() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let large = [CUP, &vec![0; 31 << 20]].concat();
    let sent = studio.sends(&artisan, "/media/upload", form(&[Part("a.jpg", &large)], &[]));
    sent.answer().await.refused(413, "too_large");
    assert!(studio.objects("").await.is_empty());
}

#[tokio::test]
async fn a_repeated_upload_is_the_same_upload() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let send = |bytes: &[u8]| {
        let sent = studio.sends(&artisan, "/media/upload", form(&[Part("a.jpg", bytes)], &[]));
        sent.header("idempotency-key", "once").answer()
    };

    let first = send(CUP).await.expect(201);
    let second = send(CUP).await.expect(201);

    assert_eq!(
        first["uploaded_files"][0]["file_id"],
        second["uploaded_files"][0]["file_id"]
    );
    assert_eq!(studio.objects("files/").await.len(), 9);
    send(BRICKS).await.refused(422, "idempotency_key_reused");
}

#[tokio::test]
async fn who_is_refused_while_she_sends_still_hears_why() {
    let studio = Studio::open().await;
    let buyer = studio.buyer().await;
    let large = [CUP, &vec![0; 20 << 20]].concat();
    for _ in 0..5 {
        let sent = studio.sends(&buyer, "/media/upload", form(&[Part("a.jpg", &large)], &[]));
        sent.answer().await.refused(403, "wrong_role");
        let part = studio
            .request(http::Method::PATCH, "/media/uploads/7")
            .bearer_auth(&buyer.token);
        part.body(large.clone())
            .answer()
            .await
            .refused(412, "tus_version");
    }
}
