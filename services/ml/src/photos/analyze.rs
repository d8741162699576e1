use axum::{
    Json,
    extract::{Request, State},
};
use service_kit::extract::Caller;
use shared_models::ml::{ImageAnalysis, PhotoRef};

use super::sent::PhotoForm;
use crate::{error::MlError, photos::Print, state::Shared, vision};

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
    let bytes = photo.bytes.clone();
    let gallery = state.gallery.clone();
    let work = move |print: &Print| {
        let seen = vision::look(&print.raster);
        let verdict = gallery.recognise(&seen.features, None);
        seen.told(&verdict)
    };
    let mut told = state.darkroom.look(photo.field, photo.bytes, work).await?;
    // A model is shown only what could be read here.
    if let Some(spoken) = state.providers.objects(&bytes).await {
        told.objects_detected = spoken.what;
        told.method.push_str("; objects by the provider instead");
        spoken.provider.clone_into(&mut told.provider);
    }
    Ok(Json(told))
}
