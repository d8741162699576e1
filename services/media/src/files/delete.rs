use axum::{Json, extract::State};
use service_kit::extract::{Artisan, Path};
use shared_models::{ids::FileId, media::FileMessage};

use crate::{
    domain::file::File,
    error::MediaError,
    state::{MediaState, Shared},
};

/// Deletes a photo that no listing shows. Repeating it changes nothing.
///
/// While product cannot be asked whether one does, this answers 503, and the photo goes as soon as product can.
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
        Ok(kept) => state.throw_away(&kept.value).await?,
    }
    Ok(Json(FileMessage {
        message: "File deleted successfully".to_owned(),
    }))
}

impl MediaState {
    /// Product decides, since that is where listings are committed: whoever it told that the photo goes may remove it, and
    /// no listing will show it. A job that was written before does so when this request dies between the two.
    async fn throw_away(&self, file: &File) -> Result<(), MediaError> {
        let job = self.files.intend_to_delete(file.id).await?;
        match self.dismissed(file.id).await {
            Ok(true) => self.files.delete(file.id, job).await,
            Ok(false) => {
                self.files.rather_not_delete(job).await?;
                Err(MediaError::InUse)
            }
            // What events told is enough to refuse, and never enough to delete.
            Err(_) if self.files.is_used(file).await? => {
                self.files.rather_not_delete(job).await?;
                Err(MediaError::InUse)
            }
            Err(error) => Err(error),
        }
    }
}
