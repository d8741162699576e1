//! How many pieces of a listing there are.

use axum::extract::State;
use backends::documents::Batch;
use service_kit::{
    Tagged,
    extract::{Artisan, IfMatch, Path, ValidJson},
};
use shared_models::{
    ids::{ProductId, UserId},
    product::{Inventory, InventoryUpdate},
};

use crate::{
    domain::Stock,
    error::ProductError,
    state::{ProductState, Shared},
    store::Listings,
};

/// The stock of one's own listing.
#[utoipa::path(get, path = "/products/{id}/inventory", tag = "inventory", params(("id" = ProductId, Path)),
    responses((status = 200, body = Inventory)), security(("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
) -> Result<Tagged<Inventory>, ProductError> {
    state.listings.owned_by(artisan.id(), id).await?;
    let stock = state.listings.stock(id).await?.value;
    Ok(Tagged::new(stock.revision, stock.inventory(id))?)
}

/// Says how many pieces there are, those that are reserved among them; there cannot be fewer than these.
///
/// Send `If-Match` to count only from a number that is still the same.
#[utoipa::path(put, path = "/products/{id}/inventory", tag = "inventory",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)),
    request_body = InventoryUpdate, responses((status = 200, body = Inventory)), security(("bearer" = [])))]
pub(crate) async fn put(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
    ValidJson(update): ValidJson<InventoryUpdate>,
) -> Result<Tagged<Inventory>, ProductError> {
    let stock = state
        .settled(|| state.count(artisan.id(), id, &if_match, update))
        .await?;
    Ok(Tagged::new(stock.revision, stock.inventory(id))?)
}

impl ProductState {
    /// One attempt: the stock, and the listing when the last piece went or the first came.
    async fn count(
        &self,
        artisan: UserId,
        id: ProductId,
        if_match: &IfMatch,
        update: InventoryUpdate,
    ) -> Result<Stock, ProductError> {
        let listing = self.listings.owned_by(artisan, id).await?;
        let stock = self.listings.stock(id).await?;
        if_match.check(stock.value.revision)?;
        let Some(counted) = stock.value.counted(update, self.kit.clock.now())? else {
            return Ok(stock.value);
        };
        let mut batch = Batch::new();
        Listings::restock(&mut batch, id, &stock.version, &counted)?;
        match listing.value.stocked(counted.is_sold_out()) {
            Some(changed) => self.listings.change(&mut batch, &listing.version, &changed)?,
            // Read before the stock, it may say less than another count has made of it since.
            None => Listings::unchanged(&mut batch, id, &listing.version),
        }
        self.listings.commit(batch).await?;
        Ok(counted)
    }
}
