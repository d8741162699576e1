use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use service_kit::extract::{Caller, OptionalCaller, Path, Query, ServiceCaller};
use shared_models::{identity::Role, ids::FileId};

use crate::{
    domain::{
        file::{File, ORIGINAL, Stored},
        range::{self, Wanted},
    },
    error::MediaError,
    links::{Signed, Worth},
    state::{MediaState, Shared},
};

/// A year: what lies under a link never changes.
const PUBLIC: &str = "public, max-age=31536000, immutable";
/// To the owner by her token: her browser may keep it for an hour.
const OWN: &str = "private, max-age=3600, immutable";

/// One picture of a photo.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct Picture {
    file_id: FileId,
    variant: String,
}

/// The bytes of one picture of a photo: a variant, one made on request, or `original` for the owner.
///
/// Anybody gets what a public listing shows; other pictures need a signed link, or the owner's token. What a signed
/// link has in its query is for this service alone to know: take links as they are.
#[utoipa::path(get, path = "/media/{file_id}/{variant}", tag = "media",
    params(("file_id" = FileId, Path), ("variant" = String, Path, max_length = 64), ("Range" = Option<String>, Header),
        ("If-Range" = Option<String>, Header), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, content_type = "image/*"), (status = 206, content_type = "image/*"), (status = 304)),
    security((), ("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    OptionalCaller(viewer): OptionalCaller,
    Path(Picture { file_id, variant }): Path<Picture>,
    Query(signed): Query<Signed>,
    headers: HeaderMap,
) -> Result<Response, MediaError> {
    let worth = state.links.worth(file_id, &variant, &signed);
    let file = match state.files.find(file_id).await {
        Err(MediaError::Gone) => return Err(MediaError::NotFound),
        found => found?.value,
    };
    let caching = state.may_see(viewer.as_ref(), &file, &variant, worth).await?;
    let stored = file.pictures.get(&variant).ok_or(MediaError::NotFound)?;
    state.send(&file, &variant, stored, &headers, &caching).await
}

/// The bytes of one picture of a photo, whoever may see it now; never the original. For services only.
#[utoipa::path(get, path = "/internal/media/{file_id}/{variant}", operation_id = "picture_for_services", tag = "internal",
    params(("file_id" = FileId, Path), ("variant" = String, Path, max_length = 64),
        ("X-Service-Token" = String, Header, description = "Who asks")),
    responses((status = 200, content_type = "image/*")))]
pub(crate) async fn get_for_services(
    State(state): State<Shared>,
    _: ServiceCaller,
    Path(Picture { file_id, variant }): Path<Picture>,
) -> Result<Response, MediaError> {
    let file = match state.files.find(file_id).await {
        Err(MediaError::Gone) => return Err(MediaError::NotFound),
        found => found?.value,
    };
    let stored = file.pictures.get(&variant).filter(|_| variant != ORIGINAL);
    let stored = stored.ok_or(MediaError::NotFound)?;
    state
        .send(&file, &variant, stored, &HeaderMap::new(), "private, no-store")
        .await
}

impl MediaState {
    /// How the picture may be kept by who asks, when it is for her.
    async fn may_see(
        &self,
        viewer: Option<&Caller>,
        file: &File,
        variant: &str,
        worth: Worth,
    ) -> Result<String, MediaError> {
        if let Worth::Good { left } = worth {
            return Ok(format!("private, max-age={left}, immutable"));
        }
        let original = variant == ORIGINAL;
        if !original && self.files.is_public(file).await? {
            return Ok(PUBLIC.to_owned());
        }
        let owned = viewer.is_some_and(|viewer| viewer.user_id == file.owner_id);
        let moderated = viewer.is_some_and(|viewer| viewer.role == Role::Admin) && !original;
        match worth {
            _ if owned || moderated => Ok(OWN.to_owned()),
            _ if !original && self.is_public(file).await? => Ok(PUBLIC.to_owned()),
            Worth::Bad => Err(MediaError::BadLink),
            _ => Err(MediaError::NotFound),
        }
    }

    async fn send(
        &self,
        file: &File,
        variant: &str,
        stored: &Stored,
        headers: &HeaderMap,
        caching: &str,
    ) -> Result<Response, MediaError> {
        let tag = format!("\"{}\"", stored.digest);
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        // A range of another version than she has is of no use to her.
        let current = text(header::IF_RANGE).is_none_or(|known| known == tag);
        let wanted = range::wanted(text(header::RANGE).filter(|_| current), stored.size);
        let (status, part) = match wanted {
            Wanted::Unsatisfiable => return Err(MediaError::Range { size: stored.size }),
            Wanted::Whole => (StatusCode::OK, 0..stored.size),
            Wanted::Part(part) => (StatusCode::PARTIAL_CONTENT, part),
        };
        let bytes = self.shelf.open(file.id, variant, Some(part.clone())).await?;
        let mut response = (status, Body::from_stream(bytes)).into_response();
        let mut say = |name: HeaderName, value: String| {
            if let Ok(value) = HeaderValue::try_from(value) {
                response.headers_mut().insert(name, value);
            }
        };
        say(header::CONTENT_TYPE, stored.content_type.clone());
        say(header::CONTENT_LENGTH, (part.end - part.start).to_string());
        say(header::ETAG, tag);
        say(header::CACHE_CONTROL, caching.to_owned());
        say(header::ACCEPT_RANGES, "bytes".to_owned());
        say(header::VARY, "Authorization".to_owned());
        say(header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned());
        if status == StatusCode::PARTIAL_CONTENT {
            let range = format!("bytes {}-{}/{}", part.start, part.end - 1, stored.size);
            say(header::CONTENT_RANGE, range);
        }
        Ok(response)
    }
}
