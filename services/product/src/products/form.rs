//! A listing and its photos in one request, part by part, without holding photos in memory.

use axum::extract::{
    DefaultBodyLimit, FromRequest, Multipart, Request,
    multipart::{Field, MultipartRejection},
};
use backends::documents::Batch;
use http::{HeaderMap, header};
use service_kit::{
    Answer, Problem,
    extract::{Artisan, IdempotencyKey, read_json},
    idempotency::Fingerprint,
};
use shared_models::{
    product::{MAX_IMAGES, ProductCreate},
    text::Language,
};

use super::create::hers;
use crate::{
    domain::{Content, Photo, Speaker},
    error::ProductError,
    state::ProductState,
};

/// 30 MiB of photos, the listing, and what surrounds them.
const REQUEST_BYTES: usize = (31 << 20) + (64 << 10);
/// The listing itself, as when it comes alone.
const PRODUCT_BYTES: usize = 1 << 20;
/// Of a field's name in a refusal, in characters.
const NAMED: usize = 100;

/// A new listing with its photos in one request.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub(crate) struct ProductForm {
    /// JSON. When it comes first, nothing is taken in that is refused for it.
    product: ProductCreate,
    /// Up to 20 photos, shown after those that `product` names; at most 30 MiB together.
    #[schema(value_type = Vec<String>, format = Binary, content_media_type = "application/octet-stream", max_items = 20)]
    images: Vec<Vec<u8>>,
}

/// What came so far.
#[derive(Default)]
struct Sent {
    product: Option<ProductCreate>,
    photos: Vec<Photo>,
    fingerprint: Fingerprint,
}

pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    let kind = kind.and_then(|kind| kind.split(';').next());
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("multipart/form-data"))
}

impl ProductState {
    /// Hands the photos on to media, one by one as they come, and lists the piece with them at the end. When something
    /// is refused or breaks off there is no listing, and media forgets the photos that came.
    pub(super) async fn list_with_files(
        &self,
        artisan: &Artisan,
        key: &IdempotencyKey,
        mut request: Request,
    ) -> Result<Answer, ProductError> {
        // What cannot end well is not begun.
        self.accounts
            .find(artisan.id())
            .await?
            .may_sell(&mut Batch::new())?;
        let repeated = key.intent_of(artisan.id(), Fingerprint::new());
        let repeated = self.kit.idempotency.knows(&repeated).await?;
        not_encoded(request.headers())?;
        DefaultBodyLimit::max(REQUEST_BYTES).apply(&mut request);
        let mut form = Multipart::from_request(request, &()).await.map_err(no_form)?;
        let mut sent = Sent::default();
        while let Some(field) = form.next_field().await.map_err(ProductError::Form)? {
            match field.name().unwrap_or_default() {
                "product" => sent.product(field, artisan).await?,
                "images" if repeated => sent.seen(field).await?,
                "images" => self.image(&mut sent, field, artisan).await?,
                other => return Err(unknown(other).into()),
            }
        }
        let product = sent
            .product
            .ok_or_else(|| Problem::field("product", "required", "must be sent"))?;
        let intent = key.intent_of(artisan.id(), sent.fingerprint);
        if repeated && self.kit.idempotency.replay(&intent).await?.is_none() {
            let detail = "what this Idempotency-Key stood for has just been forgotten; send it again";
            return Err(Problem::conflict(detail).into());
        }
        self.list_once(artisan, &intent, product, sent.photos).await
    }

    async fn image(&self, sent: &mut Sent, field: Field<'_>, artisan: &Artisan) -> Result<(), ProductError> {
        let named = sent.product.as_ref().map_or(0, |product| product.image_ids.len());
        if named + sent.photos.len() >= MAX_IMAGES {
            return Err(too_many("images").into());
        }
        let called = format!("images[{}]", sent.photos.len());
        let (filename, kind) = described(&field);
        let (photo, digest) = self.hand_on(artisan.id(), field, &called).await?;
        sent.photos.push(photo);
        sent.count(filename.as_deref(), kind.as_deref(), &digest);
        Ok(())
    }
}

impl Sent {
    /// The listing itself, checked before anything else is taken in.
    async fn product(&mut self, mut field: Field<'_>, artisan: &Artisan) -> Result<(), ProductError> {
        if self.product.is_some() {
            return Err(Problem::field("product", "repeated", "is sent twice").into());
        }
        let mut json = Vec::new();
        while let Some(piece) = field.chunk().await.map_err(ProductError::Form)? {
            json.extend_from_slice(&piece);
            if json.len() > PRODUCT_BYTES {
                return Err(Problem::too_large("product is larger than a listing may be").into());
            }
        }
        let product: ProductCreate = read_json(&json)?;
        hers(&product, artisan)?;
        if product.image_ids.len() + self.photos.len() > MAX_IMAGES {
            return Err(too_many("/image_ids").into());
        }
        let anybody = Speaker {
            profile: Some(Language::En),
        };
        Content::of(product.clone().editable(), anybody)?;
        self.fingerprint = std::mem::take(&mut self.fingerprint).part("product", None, None, &json);
        self.product = Some(product);
        Ok(())
    }

    /// A photo of a request that was answered before: what counts is whether it is the same.
    async fn seen(&mut self, mut field: Field<'_>) -> Result<(), ProductError> {
        use sha2::{Digest, Sha256};
        let (filename, kind) = described(&field);
        let mut digest = Sha256::new();
        while let Some(piece) = field.chunk().await.map_err(ProductError::Form)? {
            digest.update(&piece);
        }
        self.count(filename.as_deref(), kind.as_deref(), &digest.finalize().into());
        Ok(())
    }

    fn count(&mut self, filename: Option<&str>, kind: Option<&str>, digest: &[u8; 32]) {
        let fingerprint = std::mem::take(&mut self.fingerprint);
        self.fingerprint = fingerprint.part_of("images", filename, kind, digest);
    }
}

fn described(field: &Field<'_>) -> (Option<String>, Option<String>) {
    let filename = field.file_name().map(str::to_owned);
    (filename, field.content_type().map(str::to_owned))
}

fn unknown(name: &str) -> Problem {
    let name: String = name.chars().take(NAMED).collect();
    Problem::field(
        name,
        "unknown_field",
        "is not a field of a listing; they are product and images",
    )
}

fn too_many(pointer: &str) -> Problem {
    Problem::field(
        pointer,
        "out_of_range",
        format!("are more than {MAX_IMAGES} photos"),
    )
}

/// Photos are packed already: a form is sent as it is (RFC 9110, 15.5.16).
fn not_encoded(headers: &HeaderMap) -> Result<(), Problem> {
    let encoding = headers.get(header::CONTENT_ENCODING);
    if encoding.is_none_or(|encoding| encoding == "identity") {
        return Ok(());
    }
    Err(Problem::unsupported_media_type(
        "a form is sent without Content-Encoding",
    ))
}

fn no_form(rejection: MultipartRejection) -> ProductError {
    match rejection {
        MultipartRejection::InvalidBoundary(_) => {
            Problem::unsupported_media_type("a form is multipart/form-data with a boundary").into()
        }
        other => Problem::internal(other).into(),
    }
}
