//! The photo of a request: sent in a form, or named by its id.

use axum::{
    RequestExt,
    extract::{
        DefaultBodyLimit, Multipart, Request,
        multipart::{Field, MultipartError, MultipartRejection},
    },
};
use bytes::Bytes;
use http::{StatusCode, header};
use service_kit::{Problem, extract::ValidJson};
use shared_models::ml::PhotoRef;

use crate::error::MlError;

/// As everywhere; only a file may be larger.
const JSON_BYTES: usize = 1 << 20;

/// What was sent.
pub(super) enum Sent {
    /// The bytes of a file.
    File(Bytes),
    /// A photo that media keeps.
    Kept(PhotoRef),
}

/// The form of a photo, for its description.
#[derive(Debug, utoipa::ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read part by part")]
pub(crate) struct PhotoForm {
    /// One photo: JPEG, PNG, WebP or a still GIF, of at most 30 MiB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    image: Vec<u8>,
}

impl Sent {
    /// Reads a form with `image`, or JSON with `file_id`.
    pub(super) async fn of(mut request: Request) -> Result<Self, MlError> {
        let kind = request.headers().get(header::CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind
            .trim_start()
            .to_ascii_lowercase()
            .starts_with("multipart/form-data")
        {
            DefaultBodyLimit::max(JSON_BYTES).apply(&mut request);
            let ValidJson(kept) = request.extract::<ValidJson<PhotoRef>, _>().await?;
            return Ok(Self::Kept(kept));
        }
        if request.headers().contains_key(header::CONTENT_ENCODING) {
            return Err(
                Problem::unsupported_media_type("the form must come without a content coding").into(),
            );
        }
        let form = request.extract::<Multipart, _>().await.map_err(no_form)?;
        Ok(Self::File(image(form).await?))
    }
}

/// The one file of a form.
async fn image(mut form: Multipart) -> Result<Bytes, MlError> {
    let mut found = None;
    while let Some(field) = form.next_field().await.map_err(broken)? {
        match field.name() {
            Some("image") if found.is_none() => found = Some(read(field).await?),
            Some("image") => return Err(Problem::field("image", "too_many", "must be sent once").into()),
            other => {
                let name: String = other.unwrap_or_default().chars().take(100).collect();
                return Err(Problem::field(name, "unknown_field", "is not a field of this form").into());
            }
        }
    }
    found.ok_or_else(|| Problem::field("image", "required", "must be sent").into())
}

async fn read(field: Field<'_>) -> Result<Bytes, MlError> {
    field.bytes().await.map_err(broken)
}

fn no_form(rejection: MultipartRejection) -> MlError {
    match rejection {
        MultipartRejection::InvalidBoundary(_) => {
            Problem::unsupported_media_type("a photo is sent as multipart/form-data with a boundary").into()
        }
        other => Problem::internal(other).into(),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "handed over by map_err")]
fn broken(error: MultipartError) -> MlError {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large("a photo has at most 30 MiB").into(),
        StatusCode::INTERNAL_SERVER_ERROR => Problem::internal(error.body_text()).into(),
        _ => Problem::malformed(format!("the form cannot be read: {}", error.body_text())).into(),
    }
}
