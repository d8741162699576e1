use axum::{Json, extract::State};
use serde::Deserialize;
use service_kit::{Problem, extract::Query};
use shared_models::product::SuggestAnswer;
use utoipa::IntoParams;

use crate::{error::ProductError, state::Shared};

/// The longest text that is completed, in characters.
const LONGEST: usize = 100;

/// What is being typed.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Typed {
    /// The text so far, in any script.
    #[param(min_length = 1, max_length = 100)]
    q: String,
    /// How many completions, 1 to 20.
    #[serde(default = "ten")]
    #[param(minimum = 1, maximum = 20)]
    limit: usize,
}

fn ten() -> usize {
    10
}

/// Completes what is being typed from the titles on offer, most listings first.
#[utoipa::path(get, path = "/products/suggest", tag = "products", params(Typed),
    responses((status = 200, body = SuggestAnswer)))]
pub(crate) async fn get(
    State(state): State<Shared>,
    Query(typed): Query<Typed>,
) -> Result<Json<SuggestAnswer>, ProductError> {
    let refused = |name: &'static str, detail: &'static str| {
        Problem::malformed(format!("{name} {detail}")).and_field(name, "out_of_range", detail)
    };
    if !(1..=LONGEST).contains(&typed.q.chars().count()) {
        return Err(refused("q", "must be 1 to 100 characters").into());
    }
    if !(1..=20).contains(&typed.limit) {
        return Err(refused("limit", "must be 1 to 20").into());
    }
    let suggestions = state.shelf.complete(typed.q, typed.limit).await?;
    Ok(Json(SuggestAnswer { suggestions }))
}
