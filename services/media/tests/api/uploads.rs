use base64::{Engine, engine::general_purpose::STANDARD};
use image::{RgbImage, codecs::png::PngEncoder};
use reqwest::RequestBuilder;
use service_kit::harness::Person;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::studio::{Answer, Asked, CUP, Studio, until};

const MIB: usize = 1 << 20;

/// An upload under way.
struct Upload<'a> {
    studio: &'a Studio,
    by: &'a Person,
    path: String,
}

impl Upload<'_> {
    fn id(&self) -> serde_json::Value {
        self.path.rsplit('/').next().unwrap().into()
    }

    fn asks(&self, method: &str) -> RequestBuilder {
        let method = method.parse().unwrap();
        let request = self
            .studio
            .request(method, &self.path)
            .bearer_auth(&self.by.token);
        request.header("tus-resumable", "1.0.0")
    }

    async fn offset(&self) -> usize {
        let answer = self.asks("HEAD").answer().await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("cache-control"), "no-store");
        answer.header("upload-offset").parse().unwrap()
    }

    fn part(&self, offset: usize, bytes: &[u8]) -> RequestBuilder {
        let request = self.asks("PATCH").header("upload-offset", offset);
        let request = request.header("content-type", "application/offset+octet-stream");
        request.body(bytes.to_vec())
    }

    async fn sends(&self, offset: usize, bytes: &[u8]) -> Answer {
        self.part(offset, bytes).answer().await
    }

    /// Promises all bytes, sends some, and hangs up.
    async fn breaks_off(&self, offset: usize, bytes: &[u8], after: usize) {
        let url = self.studio.url(&self.path);
        let address = url
            .trim_start_matches("http://")
            .split('/')
            .next()
            .unwrap()
            .to_owned();
        let mut line = TcpStream::connect(&address).await.unwrap();
        let head = format!(
            "PATCH {} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {}\r\ntus-resumable: 1.0.0\r\n\
             upload-offset: {offset}\r\ncontent-type: application/offset+octet-stream\r\n\
             content-length: {}\r\n\r\n",
            self.path,
            self.by.token,
            bytes.len()
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&bytes[..after]).await.unwrap();
        line.shutdown().await.unwrap();
        let _ = line.read(&mut [0; 1024]).await; // whatever it says, nobody listens
    }
}

async fn begins<'a>(studio: &'a Studio, by: &'a Person, length: usize) -> Upload<'a> {
    let begun = studio.post("/media/uploads").bearer_auth(&by.token);
    let begun = begun
        .header("tus-resumable", "1.0.0")
        .header("upload-length", length);
    let name = STANDARD.encode("cup.jpg");
    let begun = begun.header("upload-metadata", format!("filename {name},filetype aW1hZ2U="));
    let answer = begun.answer().await;
    assert_eq!(answer.status, 201);
    assert!(answer.header("upload-expires").ends_with(" GMT"));
    let path = answer.header("location").strip_prefix("/v1").unwrap().to_owned();
    Upload { studio, by, path }
}

/// A photo whose every byte is checked when it is decoded.
fn noise(width: u32, height: u32) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(1);
    let mut pixels = RgbImage::new(width, height);
    pixels.fill_with(|| random.u8(..));
    let mut png = Vec::new();
    pixels.write_with_encoder(PngEncoder::new(&mut png)).unwrap();
    png
}

#[tokio::test]
async fn an_upload_becomes_the_photo_of_its_id() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let upload = begins(&studio, &artisan, CUP.len()).await;
    studio
        .shows(&artisan, &upload.id())
        .await
        .refused(404, "not_found");

    let half = CUP.len() / 2;
    assert_eq!(upload.sends(0, &CUP[..half]).await.status, 204);
    assert_eq!(upload.offset().await, half);
    let last = upload.sends(half, &CUP[half..]).await;

    assert_eq!(
        (last.status.as_u16(), last.header("tus-resumable")),
        (204, "1.0.0")
    );
    let photo = studio.shows(&artisan, &upload.id()).await.expect(200);
    assert_eq!(photo["filename"], "cup.jpg");
    assert_eq!(photo["processed_urls"].as_object().unwrap().len(), 8);
    assert_eq!(
        studio
            .follows(&photo["processed_urls"]["large_webp"])
            .await
            .status,
        200
    );
    assert_eq!(upload.offset().await, CUP.len(), "for who missed the last answer");
    until(|| studio.objects("parts/"), Vec::is_empty).await;
}

#[tokio::test]
async fn on_a_line_that_drops_three_requests_of_ten_hardly_anything_is_sent_twice() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let photo = noise(2000, 1500);
    assert!(photo.len() > 8 * MIB);
    let upload = begins(&studio, &artisan, photo.len()).await;
    let mut random = fastrand::Rng::with_seed(3);
    let (mut sent, mut requests, mut dropped) = (0, 0, 0);

    loop {
        let offset = upload.offset().await;
        if offset == photo.len() {
            break;
        }
        let chunk = &photo[offset..photo.len().min(offset + MIB / 4)];
        requests += 1;
        if random.u8(..10) < 3 {
            let after = random.usize(..chunk.len());
            upload.breaks_off(offset, chunk, after).await;
            (sent, dropped) = (sent + after, dropped + 1);
        } else {
            let answer = upload.sends(offset, chunk).await;
            sent += chunk.len();
            assert!(matches!(answer.status.as_u16(), 204 | 409), "{answer:?}");
        }
    }

    assert!(requests > 30 && dropped > 8, "{dropped} of {requests}");
    assert!(
        sent * 100 <= photo.len() * 105,
        "{sent} bytes for {}",
        photo.len()
    );
    let seen = studio.shows(&artisan, &upload.id()).await.expect(200);
    assert_eq!(seen["dimensions"]["width"], 2000);
}

#[tokio::test]
async fn with_a_checksum_all_bytes_count_or_none() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let upload = begins(&studio, &artisan, CUP.len()).await;
    let sum = |algorithm, bytes: &[u8]| STANDARD.encode(aws_lc_rs::digest::digest(algorithm, bytes));
    let sha1 = sum(&aws_lc_rs::digest::SHA1_FOR_LEGACY_USE_ONLY, &CUP[..1000]);

    let damaged = upload
        .part(0, &CUP[1..1001])
        .header("upload-checksum", format!("sha1 {sha1}"));
    damaged.answer().await.refused(460, "checksum_mismatch");
    assert_eq!(upload.offset().await, 0);
    let right = upload
        .part(0, &CUP[..1000])
        .header("upload-checksum", format!("sha1 {sha1}"));
    assert_eq!(right.answer().await.status, 204);
    let sha256 = sum(&aws_lc_rs::digest::SHA256, &CUP[1000..]);
    let rest = upload
        .part(1000, &CUP[1000..])
        .header("upload-checksum", format!("sha256 {sha256}"));
    assert_eq!(rest.answer().await.status, 204);
    let odd = upload.part(0, b"x").header("upload-checksum", "md5 AAAA");
    odd.answer().await.refused(400, "malformed");
    studio.shows(&artisan, &upload.id()).await.expect(200);
}

#[tokio::test]
async fn an_upload_that_is_no_photo_says_so_each_time() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let upload = begins(&studio, &artisan, 2000).await;

    upload.sends(0, &CUP[..2000]).await.refused(422, "truncated");
    assert_eq!(upload.asks("HEAD").answer().await.status, 422);
    studio
        .shows(&artisan, &upload.id())
        .await
        .refused(404, "not_found");
    until(|| studio.objects(""), Vec::is_empty).await;
}

#[tokio::test]
async fn what_the_protocol_forbids_is_refused() {
    let studio = Studio::open().await;
    let (artisan, other) = (studio.artisan().await, studio.artisan().await);
    let upload = begins(&studio, &artisan, CUP.len()).await;

    upload.sends(7, CUP).await.refused(409, "offset_mismatch");
    let over = [CUP, b"more"].concat();
    upload.sends(0, &over).await.refused(413, "too_large");
    let odd = upload.asks("PATCH").header("upload-offset", 0).body("x");
    odd.answer().await.refused(415, "unsupported_media_type");
    let bare = studio
        .request(http::Method::HEAD, &upload.path)
        .bearer_auth(&artisan.token);
    assert_eq!(bare.answer().await.status, 412);
    let foreign = Upload {
        studio: &studio,
        by: &other,
        path: upload.path.clone(),
    };
    foreign.sends(0, CUP).await.refused(404, "not_found");
    let huge = studio.post("/media/uploads").bearer_auth(&artisan.token);
    let huge = huge
        .header("tus-resumable", "1.0.0")
        .header("upload-length", 41 * MIB);
    huge.answer().await.refused(413, "too_large");
    let options = studio
        .request(http::Method::OPTIONS, "/media/uploads")
        .answer()
        .await;
    assert_eq!(options.status, 204);
    assert_eq!(
        options.header("tus-extension"),
        "creation,checksum,expiration,termination"
    );
    assert_eq!(upload.offset().await, 0);
}

#[tokio::test]
async fn an_upload_ends_when_it_is_given_up_or_after_seven_days() {
    let studio = Studio::open().await;
    let artisan = studio.artisan().await;
    let upload = begins(&studio, &artisan, CUP.len()).await;
    upload.sends(0, &CUP[..50_000]).await;
    assert_eq!(upload.asks("DELETE").answer().await.status, 204);
    assert_eq!(upload.asks("HEAD").answer().await.status, 404);
    until(|| studio.objects("parts/"), Vec::is_empty).await;

    let late = begins(&studio, &artisan, CUP.len()).await;
    late.sends(0, &CUP[..50_000]).await;
    studio.clock().advance(chrono::Duration::days(8));
    let artisan = studio.again(&artisan).await;
    let late = Upload { by: &artisan, ..late };
    late.sends(50_000, &CUP[50_000..])
        .await
        .refused(410, "upload_expired");
}
