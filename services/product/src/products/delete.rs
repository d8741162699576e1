use axum::{Json, extract::State};
use service_kit::extract::{Artisan, IfMatch, Path};
use shared_models::{
    ids::{ProductId, UserId},
    product::Message,
};

use crate::{
    error::ProductError,
    state::{ProductState, Shared},
};

/// Takes a listing away for good. Repeating it changes nothing.
#[utoipa::path(delete, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)),
    responses((status = 200, body = Message)), security(("bearer" = [])))]
pub(crate) async fn delete(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
) -> Result<Json<Message>, ProductError> {
    state
        .settled(|| state.delete(artisan.id(), id, &if_match))
        .await?;
    Ok(Json(Message {
        message: "Product deleted successfully".to_owned(),
    }))
}

impl ProductState {
    /// One attempt. What was deleted before stays so, whatever the caller read.
    async fn delete(&self, artisan: UserId, id: ProductId, if_match: &IfMatch) -> Result<(), ProductError> {
        let kept = self.listings.owned_even_deleted(artisan, id).await?;
        let Some(changed) = kept.value.deleted(self.kit.clock.now()) else {
            return Ok(());
        };
        if_match.check(kept.value.revision)?;
        self.listings.save(&kept.version, &changed).await
    }
}
