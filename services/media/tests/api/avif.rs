use crate::studio::{Asked, BRICKS, CUP, Part, Studio, form, until};

const AVIF: [&str; 4] = ["large_avif", "medium_avif", "small_avif", "thumb_avif"];

#[tokio::test]
async fn when_it_is_wanted_a_photo_has_avif_pictures_some_time_after_its_upload() {
    let studio = Studio::with(&[("CRAFTCHAIN_MEDIA_AVIF", "true")]).await;
    let artisan = studio.artisan().await;
    let sent = studio.sends(
        &artisan,
        "/media/upload",
        form(&[Part("a.jpg", CUP), Part("b.jpg", BRICKS)], &[]),
    );
    let taken = sent.answer().await.expect(201);
    for file in taken["uploaded_files"].as_array().unwrap() {
        assert_eq!(file["processed_urls"].as_object().unwrap().len(), 8);
        let id = &file["file_id"];

        let all = until(
            || studio.shows(&artisan, id),
            |answer| answer.expect(200)["processed_urls"].as_object().unwrap().len() == 12,
        )
        .await
        .expect(200);

        for name in AVIF {
            let picture = studio.follows(&all["processed_urls"][name]).await;
            assert_eq!(
                (picture.status.as_u16(), picture.header("content-type")),
                (200, "image/avif")
            );
            assert_eq!(&picture.bytes[4..12], b"ftypavif", "{name}");
            let jpeg = name.strip_suffix("_avif").unwrap();
            let jpeg = studio.follows(&all["processed_urls"][jpeg]).await;
            assert!(picture.bytes.len() < jpeg.bytes.len(), "{name}");
        }
    }
    assert_eq!(studio.waiting("make-avif").await, 0);
    let id = &taken["uploaded_files"][0]["file_id"];
    studio.deletes(&artisan, id).await.expect(200);
    until(|| studio.objects("files/"), |left| left.len() == 13).await;
}

#[tokio::test]
async fn unless_it_is_wanted_no_avif_is_made() {
    let studio = Studio::open().await;
    studio.takes(&studio.artisan().await, CUP).await;
    assert_eq!(studio.waiting("make-avif").await, 0);
    let artisan = studio.artisan().await;
    let avif = b"\0\0\0\x1cftypavif\0\0\0\0mif1miaf";
    let sent = studio.sends(&artisan, "/media/upload", form(&[Part("a.avif", avif)], &[]));
    sent.answer().await.refused(415, "avif");
}
