use std::time::Duration;

use axum::{Json, extract::State};
use service_kit::extract::{Artisan, Path};
use shared_models::{ids::FileId, media::FileMessage};

use crate::{
    domain::file::File,
    error::MediaError,
    state::{MediaState, Shared},
};

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
        Ok(kept) if state.is_shown(&kept.value).await? => return Err(MediaError::InUse),
        Ok(kept) => state.files.delete(&kept).await?,
    }
    Ok(Json(FileMessage {
        message: "File deleted successfully".to_owned(),
    }))
}

/// Whoever deletes must not wait longer to learn what an event is about to tell.
const PATIENCE: Duration = Duration::from_millis(800);

impl MediaState {
    /// Whether a listing shows the photo: product knows before its events come. When it cannot be asked, what they
    /// told counts.
    async fn is_shown(&self, file: &File) -> Result<bool, MediaError> {
        if self.files.is_used(file).await? {
            return Ok(true);
        }
        let asked = self
            .kit
            .peers
            .product()
            .shows(&self.kit.call(PATIENCE), file.id)
            .await;
        let asked = asked.inspect_err(|error| tracing::warn!(%error, "what events told has to do"));
        Ok(asked.unwrap_or(false))
    }
}
