//! What the tests say in the words of the trade.

use std::{ops::Deref, time::Duration};

use backends::{
    documents::{Direction, Query},
    events::Event,
};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
pub(crate) use service_kit::harness::{Answer, Asked};
use service_kit::harness::{Harness, Person};
use shared_models::{
    events::{EventBody, ProductUpdated, UserDeleted},
    ids::{FileId, ProductId},
};

use crate::product::Product;

pub(crate) const CUP: &[u8] = include_bytes!("../photos/coffee-cup.jpg");
pub(crate) const BRICKS: &[u8] = include_bytes!("../photos/brick-texture.jpg");
pub(crate) const NIGHT: &[u8] = include_bytes!("../photos/night-scene.jpg");
pub(crate) const VARIANTS: [&str; 8] = [
    "large",
    "large_webp",
    "medium",
    "medium_webp",
    "small",
    "small_webp",
    "thumb",
    "thumb_webp",
];
const BOUNDARY: &str = "a-boundary";
const PATIENCE: Duration = Duration::from_mins(1);

/// The service under test, and product beside it.
pub(crate) struct Studio {
    harness: Harness,
    pub(crate) product: Product,
}

impl Deref for Studio {
    type Target = Harness;

    fn deref(&self) -> &Harness {
        &self.harness
    }
}

/// One file of a form.
pub(crate) struct Part<'a>(pub(crate) &'a str, pub(crate) &'a [u8]);

/// A multipart body with these files and fields.
pub(crate) fn form(files: &[Part<'_>], fields: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        let head =
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
        body.extend(head.as_bytes());
    }
    for Part(name, bytes) in files {
        let head = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\
             Content-Type: text/html\r\n\r\n"
        );
        body.extend(head.as_bytes());
        body.extend(*bytes);
        body.extend(b"\r\n");
    }
    body.extend(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

impl Studio {
    pub(crate) async fn open() -> Self {
        Self::with(&[]).await
    }

    /// With these settings.
    pub(crate) async fn with(settings: &[(&str, &str)]) -> Self {
        let product = Product::default();
        let setup = Harness::of(media::SERVICE).setting("CRAFTCHAIN_PRODUCT_URL", product.opens().await);
        let setup = settings.iter().fold(setup, |setup, (name, value)| {
            setup.setting(name, (*value).to_owned())
        });
        Self {
            harness: setup.start().await,
            product,
        }
    }

    pub(crate) fn sends(&self, by: &Person, path: &str, body: Vec<u8>) -> RequestBuilder {
        self.post(path)
            .bearer_auth(&by.token)
            .header(
                "content-type",
                format!("multipart/form-data; boundary={BOUNDARY}"),
            )
            .body(body)
    }

    /// Uploads one photo.
    pub(crate) async fn takes(&self, by: &Person, bytes: &[u8]) -> Value {
        let sent = self.sends(by, "/media/upload", form(&[Part("photo.jpg", bytes)], &[]));
        sent.answer().await.expect(201)["uploaded_files"][0].clone()
    }

    /// Follows a link of an answer.
    pub(crate) async fn follows(&self, link: &Value) -> Answer {
        self.get(path_of(link)).answer().await
    }

    pub(crate) async fn shows(&self, to: &Person, id: &Value) -> Answer {
        let path = format!("/media/{}", id.as_str().unwrap());
        self.get(&path).bearer_auth(&to.token).answer().await
    }

    pub(crate) async fn deletes(&self, by: &Person, id: &Value) -> Answer {
        let path = format!("/media/{}", id.as_str().unwrap());
        self.delete(&path).bearer_auth(&by.token).answer().await
    }

    /// A listing shows these photos from now on, and product tells so.
    pub(crate) async fn hears(
        &self,
        of: &Person,
        product: ProductId,
        files: &[&Value],
        status: &str,
        revision: u64,
    ) {
        let shown = files.iter().map(|id| id_of(id)).collect();
        self.product.lists(product, shown, status);
        self.is_told(of, product, files, status, revision).await;
    }

    /// An event says that a listing shows these photos.
    pub(crate) async fn is_told(
        &self,
        of: &Person,
        product: ProductId,
        files: &[&Value],
        status: &str,
        revision: u64,
    ) {
        let updated = ProductUpdated {
            product_id: product,
            artisan_id: of.id,
            changed_fields: vec!["images".into()],
            image_ids: files.iter().map(|id| id_of(id)).collect(),
            status: status.into(),
        };
        self.tells(&updated, product.to_string(), revision).await;
    }

    pub(crate) async fn hears_of_erasure(&self, of: &Person) {
        self.tells(&UserDeleted { user_id: of.id }, of.id.to_string(), 1)
            .await;
    }

    /// Whether an event of a listing has been heard.
    pub(crate) async fn knows(&self, product: ProductId) -> bool {
        let documents = &self.kit.backends.documents;
        documents
            .get("listings", &product.to_string())
            .await
            .unwrap()
            .is_some()
    }

    /// Jobs of a kind that have not ended.
    pub(crate) async fn waiting(&self, kind: &str) -> usize {
        let query = Query::all("jobs")
            .equals("state", "waiting")
            .equals("kind", kind)
            .ordered("due_at", Direction::Ascending);
        self.kit.backends.documents.query(&query).await.unwrap().len()
    }

    /// The same person, signed in again: time has passed.
    pub(crate) async fn again(&self, person: &Person) -> Person {
        let mut claims = self.claims(person.role);
        claims.sub = person.id;
        Person {
            token: self.token_of(&claims).await,
            ..person.clone()
        }
    }

    async fn tells<B: EventBody>(&self, body: &B, subject: String, revision: u64) {
        let event = Event {
            id: self.kit.ids.fresh(),
            topic: B::TOPIC,
            source: "test".into(),
            subject,
            revision,
            time: self.kit.clock.now(),
            traceparent: None,
            data: serde_json::to_value(body).unwrap(),
        };
        self.kit.backends.events.publish(&[event]).await.unwrap();
    }

    /// Names of what lies in the bucket.
    pub(crate) async fn objects(&self, prefix: &str) -> Vec<String> {
        let found = self.kit.backends.objects.list(prefix, None, 1000).await.unwrap();
        found.into_iter().map(|object| object.name).collect()
    }
}

/// Asks again until `wanted` says so.
pub(crate) async fn until<T, F: Future<Output = T>>(ask: impl Fn() -> F, wanted: impl Fn(&T) -> bool) -> T {
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let answer = ask().await;
        if wanted(&answer) {
            return answer;
        }
        assert!(tokio::time::Instant::now() < deadline, "it did not come to pass");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub(crate) fn path_of(link: &Value) -> &str {
    link.as_str().unwrap().strip_prefix("/v1").unwrap()
}

pub(crate) fn id_of(id: &Value) -> FileId {
    id.as_str().unwrap().parse().unwrap()
}

/// A JPEG with an orientation and a place in its Exif, and another comment.
pub(crate) fn turned_with_gps(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    tiff.extend([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]);
    tiff.extend([0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38]);
    tiff.extend([0, 0, 0, 0]);
    tiff.extend([0, 1, 0, 0x1d, 0, 2, 0, 0, 0, 11, 0, 0, 0, 56, 0, 0, 0, 0]);
    tiff.extend(b"2026:11:19\0");
    let exif = [b"Exif\0\0", &tiff[..]].concat();
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    let comment = b"\xff\xfe\0\x0a26.9N75E";
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, comment, &jpeg[2..]].concat()
}

pub(crate) fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

pub(crate) fn nobody() -> Value {
    json!("018f3f5e-7c4a-7d3e-9b1a-2f6c1e0a9b77")
}
