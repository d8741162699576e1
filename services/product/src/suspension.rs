//! Admins hide listings that should not be seen.

use axum::{Json, extract::State};
use backends::documents::Batch;
use serde_json::json;
use service_kit::extract::{Admin, Path, ValidJson};
use shared_models::{
    ids::ProductId,
    product::{ProductStatus, Suspension, SuspensionOrder},
};

use crate::{
    domain::{Changed, Listing},
    error::ProductError,
    state::{ProductState, Shared},
    store::Kept,
};

/// Hides a listing from everybody but its owner and admins. Repeating it changes nothing: the first reason stays.
#[utoipa::path(put, path = "/products/{id}/suspension", tag = "moderation", params(("id" = ProductId, Path)),
    request_body = SuspensionOrder, responses((status = 200, body = Suspension)), security(("bearer" = [])))]
pub(crate) async fn put(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<ProductId>,
    ValidJson(order): ValidJson<SuspensionOrder>,
) -> Result<Json<Suspension>, ProductError> {
    let decide = |listing: &Listing| listing.suspended(order.reason.clone(), state.kit.clock.now());
    let reason = json!({ "reason": order.reason });
    state
        .settled(|| state.moderate(&admin, id, "listing-suspended", &reason, &decide))
        .await
}

/// Shows a listing again as its owner left it. Repeating it changes nothing.
#[utoipa::path(delete, path = "/products/{id}/suspension", tag = "moderation", params(("id" = ProductId, Path)),
    responses((status = 200, body = Suspension)), security(("bearer" = [])))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    admin: Admin,
    Path(id): Path<ProductId>,
) -> Result<Json<Suspension>, ProductError> {
    let detail = json!({});
    state
        .settled(|| state.moderate(&admin, id, "listing-restored", &detail, Listing::restored))
        .await
}

impl ProductState {
    /// One attempt at a decision, with its audit entry.
    async fn moderate(
        &self,
        admin: &Admin,
        id: ProductId,
        act: &str,
        detail: &serde_json::Value,
        decide: impl Fn(&Listing) -> Option<Changed>,
    ) -> Result<Json<Suspension>, ProductError> {
        let Kept {
            value: listing,
            version,
        } = self.listings.find(id).await?.ok_or(ProductError::NotFound)?;
        if listing.status() == ProductStatus::Deleted {
            return Err(ProductError::NotFound);
        }
        let Some(changed) = decide(&listing) else {
            return Ok(Json(listing.suspension()));
        };
        let mut batch = Batch::new();
        self.listings.change(&mut batch, &version, &changed)?;
        let audit = &self.kit.audit;
        audit
            .append(&mut batch, admin.id(), act, id, detail.clone())
            .await?;
        self.listings.commit(batch).await?;
        Ok(Json(changed.listing.suspension()))
    }
}
