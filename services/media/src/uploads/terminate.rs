use axum::extract::State;
use backends::documents::Batch;
use http::StatusCode;
use service_kit::extract::{Artisan, Path};
use shared_models::ids::FileId;

use crate::{error::MediaError, state::Shared};

/// Gives an upload up. A photo that it became before stays.
#[utoipa::path(delete, path = "/media/uploads/{upload_id}", tag = "uploads",
    params(("upload_id" = FileId, Path), ("Tus-Resumable" = String, Header)),
    responses((status = 204)), security(("bearer" = [])))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(upload_id): Path<FileId>,
) -> Result<StatusCode, MediaError> {
    state.uploads.owned_by(artisan.id(), upload_id).await?;
    let mut batch = Batch::new();
    state.uploads.forget(&mut batch, upload_id)?;
    state.uploads.commit(batch).await?;
    Ok(StatusCode::NO_CONTENT)
}
