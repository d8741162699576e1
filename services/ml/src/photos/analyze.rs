use axum::{
    Json,
    extract::{Request, State},
};
use service_kit::extract::Caller;
use shared_models::ml::{ImageAnalysis, PhotoRef};

use super::sent::PhotoForm;
use crate::{
    error::MlError,
    state::Shared,
    vision::{self, Raster},
};

/// What a photo shows: its colours, its style, what is on it, how good it is and how it would be better.
///
/// The photo is sent in a form, or named by its id at media, where it must be the caller's or public.
#[utoipa::path(post, path = "/ml/analyze-image", tag = "ml",
    request_body(content((PhotoForm = "multipart/form-data"), (PhotoRef = "application/json"))),
    responses((status = 200, body = ImageAnalysis)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _caller: Caller,
    request: Request,
) -> Result<Json<ImageAnalysis>, MlError> {
    let photo = state.photo(request).await?;
    let gallery = state.gallery.clone();
    let work = move |raster: &Raster| {
        let seen = vision::look(raster);
        let verdict = gallery.recognise(&seen.features, None);
        seen.told(&verdict)
    };
    Ok(Json(state.darkroom.look(photo.field, photo.bytes, work).await?))
}
