use axum::{Json, extract::State};
use service_kit::extract::{ServiceCaller, ValidJson};
use shared_models::ml::{EmbeddingsAnswer, EmbeddingsRequest};

use super::vectors;
use crate::{
    error::MlError,
    providers::{LOCAL, Spoken},
    state::Shared,
};

/// Vectors of texts, to compare them by. For services only.
#[utoipa::path(post, path = "/ml/embeddings", tag = "internal",
    params(("X-Service-Token" = String, Header, description = "Who asks")), request_body = EmbeddingsRequest,
    responses((status = 200, body = EmbeddingsAnswer)))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _service: ServiceCaller,
    ValidJson(request): ValidJson<EmbeddingsRequest>,
) -> Result<Json<EmbeddingsAnswer>, MlError> {
    let remote = state.providers.embeddings(&request.texts).await;
    let method = match &remote {
        Some(_) => "a model's vectors, of length 1",
        None => vectors::METHOD,
    };
    let Spoken { what, provider } = remote.unwrap_or_else(|| Spoken {
        what: request.texts.iter().map(|text| vectors::of(text)).collect(),
        provider: LOCAL,
    });
    Ok(Json(EmbeddingsAnswer {
        dimensions: what
            .first()
            .map_or(0, |vector| u32::try_from(vector.len()).unwrap_or(u32::MAX)),
        embeddings: what,
        provider: provider.to_owned(),
        method: method.to_owned(),
    }))
}
