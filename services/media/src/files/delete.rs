use axum::{Json, extract::State};
use service_kit::extract::{Artisan, Path};
use shared_models::{ids::FileId, media::FileMessage};

use crate::{error::MediaError, state::Shared};

/// Deletes a photo that no listing shows. Repeating it changes nothing.
#[utoipa::path(delete, path = "/media/{file_id}", tag = "media", params(("file_id" = FileId, Path)),
    responses((status = 200, body = FileMessage)), security(("bearer" = [])))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(file_id): Path<FileId>,
) -> Result<Json<FileMessage>, MediaError> {
    match state.files.owned_by(artisan.id(), file_id).await {
        Err(MediaError::Gone) if state.files.was_deleted_by(artisan.id(), file_id).await? => {}
        Err(MediaError::Gone) => return Err(MediaError::NotFound),
        Err(error) => return Err(error),
        Ok(kept) if state.files.is_used(&kept.value).await? => return Err(MediaError::InUse),
        Ok(kept) => state.files.delete(&kept).await?,
    }
    Ok(Json(FileMessage {
        message: "File deleted successfully".to_owned(),
    }))
}
