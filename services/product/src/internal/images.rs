use axum::{Json, extract::State};
use http::StatusCode;
use service_kit::extract::{Path, ServiceCaller};
use shared_models::{ids::FileId, product::ImageUse};

use crate::{
    error::ProductError,
    state::{ProductState, Shared},
};

/// Listings of one photo that are told.
const TOLD: usize = 100;

/// Which listings show a photo, for media: what a listing shows is not thrown away, and what a public one shows is
/// for everybody.
#[utoipa::path(get, path = "/internal/images/{file_id}", operation_id = "image_use", tag = "internal",
    params(("file_id" = FileId, Path), ("X-Service-Token" = String, Header, description = "Who asks")), responses((status = 200, body = ImageUse)))]
pub(crate) async fn get(
    State(state): State<Shared>,
    _service: ServiceCaller,
    Path(file_id): Path<FileId>,
) -> Result<Json<ImageUse>, ProductError> {
    let (product_ids, public) = state.listings.showing(file_id, TOLD).await?;
    if product_ids.is_empty() {
        return Err(ProductError::NotShown);
    }
    Ok(Json(ImageUse { product_ids, public }))
}

/// Dismisses a photo, for media, which then throws it away: from now on no listing can show it. 409 when one does.
#[utoipa::path(delete, path = "/internal/images/{file_id}", operation_id = "dismiss_image", tag = "internal",
    params(("file_id" = FileId, Path), ("X-Service-Token" = String, Header, description = "Who asks")), responses((status = 204)))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    _service: ServiceCaller,
    Path(file_id): Path<FileId>,
) -> Result<StatusCode, ProductError> {
    state.dismiss(file_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl ProductState {
    async fn dismiss(&self, photo: FileId) -> Result<(), ProductError> {
        // What is shown is mostly found without a word to those who list at this moment.
        self.not_shown(photo).await?;
        let asker = self.kit.ids.uuid();
        self.settled(|| async { Ok(self.dismissals.begin(photo, asker).await?) })
            .await?;
        match self.not_shown(photo).await {
            Err(ProductError::Shown) => {
                self.settled(|| async { Ok(self.dismissals.give_up(photo, asker).await?) })
                    .await?;
                Err(ProductError::Shown)
            }
            outcome => outcome,
        }
    }

    async fn not_shown(&self, photo: FileId) -> Result<(), ProductError> {
        if self.listings.show(photo).await? {
            return Err(ProductError::Shown);
        }
        Ok(())
    }
}
