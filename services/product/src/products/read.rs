use axum::{extract::State, response::Response};
use service_kit::{
    Tagged,
    extract::{Caller, OptionalCaller, Path},
};
use shared_models::{
    ids::{ProductId, UserId},
    product::Product,
};

use super::kept_for;
use crate::{
    error::ProductError,
    state::{ProductState, Shared},
};

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
    let answer = match (state.seen_by_all(id).await, &viewer) {
        (Ok(seen), viewer) if !is(viewer.as_ref(), seen.artisan) => seen.answer,
        // Only what is not for all can be for her. Where nobody answered, nobody is asked again.
        (Err(error), viewer) if viewer.is_none() || !error.is_not_for_all() => return Err(error),
        _ => state.seen_by(viewer.as_ref(), id).await?.answer,
    };
    Ok(kept_for("Authorization", answer))
}

/// A listing as someone sees it, and whose it is.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) artisan: UserId,
    pub(crate) answer: Tagged<Product>,
}

impl ProductState {
    async fn seen_by_all(&self, id: ProductId) -> Result<Seen, ProductError> {
        self.memos.listings.get(id, self.seen_by(None, id)).await
    }

    async fn seen_by(&self, viewer: Option<&Caller>, id: ProductId) -> Result<Seen, ProductError> {
        let listing = self.listings.seen_by(viewer, id).await?.value;
        let artisan = listing.artisan_id;
        let product = self.shown(&listing, is(viewer, artisan)).await?;
        let answer = Tagged::new(listing.revision, product)?;
        Ok(Seen { artisan, answer })
    }
}

fn is(viewer: Option<&Caller>, artisan: UserId) -> bool {
    viewer.is_some_and(|viewer| viewer.user_id == artisan)
}
