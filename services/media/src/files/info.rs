use axum::{Json, extract::State};
use service_kit::{
    Tagged,
    extract::{Caller, Path, ServiceCaller},
};
use shared_models::{identity::Role, ids::FileId, media::MediaFile};

use crate::{
    domain::file::File,
    error::MediaError,
    state::{MediaState, Shared},
};

/// One photo. Private ones are for their owner, and for admins without the original; public ones for
/// everybody who is signed in.
#[utoipa::path(get, path = "/media/{file_id}", tag = "media",
    params(("file_id" = FileId, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = MediaFile), (status = 304)), security(("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    caller: Caller,
    Path(file_id): Path<FileId>,
) -> Result<Tagged<MediaFile>, MediaError> {
    let file = match state.files.find(file_id).await {
        // Only she may know that it was here.
        Err(MediaError::Gone) if !state.files.was_deleted_by(caller.user_id, file_id).await? => {
            return Err(MediaError::NotFound);
        }
        found => found?.value,
    };
    let answer = state
        .shown_to(&caller, &file)
        .await?
        .ok_or(MediaError::NotFound)?;
    Ok(Tagged::new(1, answer)?)
}

/// One photo with its stable links, for the services that refer to it.
#[utoipa::path(get, path = "/internal/media/{file_id}", tag = "internal",
    params(("file_id" = FileId, Path)), responses((status = 200, body = MediaFile)))]
pub(crate) async fn get_for_services(
    State(state): State<Shared>,
    _: ServiceCaller,
    Path(file_id): Path<FileId>,
) -> Result<Json<MediaFile>, MediaError> {
    let file = match state.files.find(file_id).await {
        Err(MediaError::Gone) => return Err(MediaError::NotFound),
        found => found?.value,
    };
    Ok(Json(file.answer(None, state.links.stable(&file))))
}

impl MediaState {
    /// What a person may know of a photo; nothing when it is not for her.
    async fn shown_to(&self, caller: &Caller, file: &File) -> Result<Option<MediaFile>, MediaError> {
        let owned = caller.user_id == file.owner_id;
        let public = if owned || caller.role == Role::Admin {
            self.is_known_to_be_public(file).await?
        } else if self.is_public(file).await? {
            true
        } else {
            return Ok(None);
        };
        let urls = if public {
            self.links.stable(file)
        } else {
            self.links.signed(file)
        };
        let original = owned.then(|| self.links.original(file));
        Ok(Some(file.answer(original, urls)))
    }
}
