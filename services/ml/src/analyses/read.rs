use axum::{Json, extract::State};
use service_kit::{
    Problem,
    extract::{Path, ServiceCaller},
};
use shared_models::{ids::ProductId, ml::ListingAnalysis};

use crate::{error::MlError, state::Shared};

/// The newest that was made of a listing. For services only; 404 when there is nothing (any more).
#[utoipa::path(get, path = "/internal/analyses/{id}", operation_id = "listing_analysis", tag = "internal",
    params(("id" = ProductId, Path), ("X-Service-Token" = String, Header, description = "Who asks")),
    responses((status = 200, body = ListingAnalysis)))]
pub(crate) async fn get(
    State(state): State<Shared>,
    _service: ServiceCaller,
    Path(id): Path<ProductId>,
) -> Result<Json<ListingAnalysis>, MlError> {
    let known = state.analyses.find(id).await?;
    let nothing = || Problem::not_found("nothing was made of this listing");
    Ok(Json(known.analysis.ok_or_else(nothing)?))
}
