use axum::{extract::State, response::Response};
use service_kit::{
    Tagged,
    extract::{OptionalCaller, Path},
};
use shared_models::{ids::ProductId, product::Product};

use super::kept_for;
use crate::{error::ProductError, state::Shared};

/// One listing, in all its languages. Drafts and suspended ones are for their owner only, who gets 410 for
/// one that she deleted, and sees her costs.
#[utoipa::path(get, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-None-Match" = Option<String>, Header)),
    responses((status = 200, body = Product), (status = 304)), security((), ("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    OptionalCaller(viewer): OptionalCaller,
    Path(id): Path<ProductId>,
) -> Result<Response, ProductError> {
    let listing = state.listings.seen_by(viewer.as_ref(), id).await?.value;
    let owned = viewer.is_some_and(|viewer| viewer.user_id == listing.artisan_id);
    let answer = Tagged::new(listing.revision, state.shown(&listing, owned).await?)?;
    Ok(kept_for("Authorization", answer))
}
