use axum::{Json, extract::State};
use serde::Deserialize;
use service_kit::{
    Problem,
    extract::{Caller, Query},
};
use shared_models::{ids::ProductId, ml::Recommendation};

use super::suggest;
use crate::{error::MlError, state::Shared};

/// Pieces that are suggested at most, unless fewer are asked for.
const SHOWN: usize = 10;
const MOST: usize = 40;
/// More are suggested than shown: some may not be on offer any more.
const SPARE: usize = 3;

/// For whom or what, and how many.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    product_id: Option<ProductId>,
    limit: Option<usize>,
}

/// Pieces for the caller, or to go with one piece; each with the reason.
///
/// What people liked and bought together comes first; while too little of that is known, pieces that look similar, and
/// then new ones.
#[utoipa::path(get, path = "/ml/recommendations", tag = "ml",
    params(("product_id" = Option<ProductId>, Query), ("limit" = Option<u32>, Query, minimum = 1, maximum = 40)),
    responses((status = 200, body = Vec<Recommendation>)), security(("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Vec<Recommendation>>, MlError> {
    let limit = wanted.limit.unwrap_or(SHOWN);
    if !(1..=MOST).contains(&limit) {
        let detail = format!("must be 1 to {MOST}");
        return Err(Problem::malformed(format!("the query's limit {detail}"))
            .and_field("limit", "malformed", detail)
            .into());
    }
    let (tastes, gallery, now) = (&state.tastes, &state.gallery, state.kit.clock.now());
    let suggested = match wanted.product_id {
        Some(piece) => suggest::beside(tastes, gallery, piece, limit * SPARE, now),
        None => suggest::for_person(tastes, gallery, caller.user_id, limit * SPARE, now),
    };
    let ids: Vec<ProductId> = suggested.iter().map(|one| one.product_id).collect();
    let mut offered = state.on_offer(&ids).await?;
    let shown = suggested.into_iter().filter_map(|one| {
        Some(Recommendation {
            product: offered.remove(&one.product_id)?,
            reason: one.reason,
            because_of: one.because_of,
        })
    });
    Ok(Json(shown.take(limit).collect()))
}
