use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use service_kit::extract::{Artisan, Path};
use shared_models::ids::FileId;

use super::{UPLOAD_EXPIRES, UPLOAD_LENGTH, UPLOAD_OFFSET, http_date};
use crate::{domain::upload::Upload, error::MediaError, state::Shared};

/// How much of an upload is here.
#[utoipa::path(head, path = "/media/uploads/{upload_id}", tag = "uploads",
    params(("upload_id" = FileId, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 200)), security(("bearer" = [])))]
pub(crate) async fn head(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(upload_id): Path<FileId>,
) -> Result<Response, MediaError> {
    let turn = state.turns.take(upload_id).await;
    let upload = state.uploads.owned_by(artisan.id(), upload_id).await?.value;
    drop(turn);
    if upload.is_whole() {
        // The answer to the last part may have been lost, or whoever was to give it.
        state.finish(upload_id).await?;
    }
    Ok((StatusCode::OK, described(&upload)).into_response())
}

/// The headers that describe an upload.
pub(super) fn described(upload: &Upload) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(UPLOAD_OFFSET, HeaderValue::from(upload.offset));
    headers.insert(UPLOAD_LENGTH, HeaderValue::from(upload.length));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(time) = HeaderValue::try_from(http_date(upload.expires_at)) {
        headers.insert(UPLOAD_EXPIRES, time);
    }
    headers
}
