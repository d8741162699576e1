use axum::{Json, extract::State};
use service_kit::extract::{Path, ServiceCaller};
use shared_models::{ids::FileId, product::ImageUse};

use crate::{error::ProductError, state::Shared};

/// Listings of one photo that are told.
const TOLD: usize = 100;

/// Which listings show a photo, for media: what a listing shows is not thrown away.
#[utoipa::path(get, path = "/internal/images/{file_id}", operation_id = "image_use", tag = "internal",
    params(("file_id" = FileId, Path), ("X-Service-Token" = String, Header, description = "Who asks")), responses((status = 200, body = ImageUse)))]
pub(crate) async fn get(
    State(state): State<Shared>,
    _service: ServiceCaller,
    Path(file_id): Path<FileId>,
) -> Result<Json<ImageUse>, ProductError> {
    let product_ids = state.listings.showing(file_id, TOLD).await?;
    if product_ids.is_empty() {
        return Err(ProductError::NotShown);
    }
    Ok(Json(ImageUse { product_ids }))
}
