use std::sync::Arc;

use serde_json::{Value, json};
use service_client::Service;
use shared_models::identity::Role;

use crate::refusals::{
    Asked,
    Foreign::{NoObject, Refused},
    Row, Who, World,
};

const PHOTO: &[u8] = include_bytes!(concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../services/media/tests/photos/brick-texture.jpg"
));
const FORM: &str = "multipart/form-data; boundary=a-boundary";
const OFFSET_BYTES: &str = "application/offset+octet-stream";

/// The operations of media.
pub fn rows() -> Vec<Row> {
    let mut rows = photos();
    rows.extend(uploads());
    rows.push(picture_for_services());
    rows
}

fn photos() -> Vec<Row> {
    vec![
        Row::new("POST /media/upload", artisans(), NoObject, |world| async move {
            Asked::by(&world.artisan.access).sending(FORM, form())
        }),
        Row::new(
            "GET /media/duplicates",
            Who::SignedIn,
            NoObject,
            |world| async move { Asked::by(&world.artisan.access) },
        ),
        Row::new("GET /media/{file_id}", Who::SignedIn, Refused(404), of_photo),
        Row::new(
            "GET /media/{file_id}/{variant}",
            Who::AnyoneKnown,
            Refused(404),
            |world| async move { of_photo(world).await.of("small_webp") },
        ),
        Row::new(
            "POST /media/{file_id}/optimize",
            artisans(),
            Refused(404),
            |world| async move {
                let body = json!({ "widths": [320], "formats": ["webp"], "quality": 60 });
                of_photo(world).await.with(body)
            },
        )
        .refuses("/widths/0", 321)
        .refuses("/quality", 75),
        Row::new("DELETE /media/{file_id}", artisans(), Refused(404), of_photo),
        Row::new(
            "GET /internal/media/{file_id}",
            Who::Service(Service::Product),
            NoObject,
            |world| async move {
                let token = world.service_token(Service::Product).await;
                Asked::by_anyone()
                    .of(&photo(&world).await)
                    .showing("x-service-token", &token)
            },
        ),
        Row::new(
            "POST /internal/media",
            Who::Service(Service::Product),
            NoObject,
            |world| async move {
                let token = world.service_token(Service::Product).await;
                Asked::by_anyone()
                    .where_("artisan_id=018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77&filename=bricks.jpg")
                    .sending("application/octet-stream", PHOTO.to_vec())
                    .showing("x-service-token", &token)
            },
        ),
    ]
}

fn picture_for_services() -> Row {
    Row::new(
        "GET /internal/media/{file_id}/{variant}",
        Who::Service(Service::Ml),
        NoObject,
        |world| async move {
            let token = world.service_token(Service::Ml).await;
            let asked = Asked::by_anyone().of(&photo(&world).await).of("small");
            asked.showing("x-service-token", &token)
        },
    )
}

fn uploads() -> Vec<Row> {
    vec![
        Row::new("OPTIONS /media/uploads", Who::Anyone, NoObject, |_| async {
            Asked::by_anyone()
        }),
        Row::new("POST /media/uploads", artisans(), NoObject, |world| async move {
            tus(Asked::by(&world.artisan.access)).showing("upload-length", "5000")
        }),
        Row::new(
            "HEAD /media/uploads/{upload_id}",
            artisans(),
            Refused(404),
            of_upload,
        ),
        Row::new(
            "PATCH /media/uploads/{upload_id}",
            artisans(),
            Refused(404),
            |world| async move {
                let asked = of_upload(world).await.showing("upload-offset", "0");
                asked.sending(OFFSET_BYTES, PHOTO[..1000].to_vec())
            },
        ),
        Row::new(
            "DELETE /media/uploads/{upload_id}",
            artisans(),
            Refused(404),
            of_upload,
        ),
    ]
}

fn artisans() -> Who {
    Who::Only(vec![Role::Artisan])
}

fn tus(asked: Asked) -> Asked {
    asked.showing("tus-resumable", "1.0.0")
}

/// By the artisan, of a new photo of hers.
async fn of_photo(world: Arc<World>) -> Asked {
    Asked::by(&world.artisan.access).of(&photo(&world).await)
}

/// By the artisan, of an upload that she began.
async fn of_upload(world: Arc<World>) -> Asked {
    let request = world.request_to(Service::Media, "POST", "/media/uploads");
    let request = request
        .bearer_auth(&world.artisan.access)
        .header("tus-resumable", "1.0.0")
        .header("upload-length", PHOTO.len());
    let answer = request.send().await.expect("an answer");
    let location = answer.headers()["location"].to_str().expect("text");
    let id = location.rsplit('/').next().expect("an id");
    tus(Asked::by(&world.artisan.access).of(id))
}

/// The id of a new photo of the artisan's.
pub(in crate::refusals) async fn photo(world: &World) -> String {
    let request = world.request_to(Service::Media, "POST", "/media/upload");
    let request = request
        .bearer_auth(&world.artisan.access)
        .header("content-type", FORM)
        .body(form());
    let answer = request
        .send()
        .await
        .expect("an answer")
        .bytes()
        .await
        .expect("a body");
    let answer: Value = serde_json::from_slice(&answer).expect("JSON");
    let id = answer["uploaded_files"][0]["file_id"].as_str();
    id.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// One photo in a form.
fn form() -> Vec<u8> {
    let head = "--a-boundary\r\nContent-Disposition: form-data; name=\"files\"; filename=\"bricks.jpg\"\r\n\
                Content-Type: image/jpeg\r\n\r\n";
    [head.as_bytes(), PHOTO, b"\r\n--a-boundary--\r\n"].concat()
}
