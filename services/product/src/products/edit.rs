use axum::extract::State;
use service_kit::{
    Tagged,
    extract::{Artisan, IfMatch, Path, ValidJson, read_json},
};
use shared_models::{
    ids::{ProductId, UserId},
    product::{Product, ProductPatch, ProductReplace, PublishStatus},
};

use crate::{
    domain::{Content, Listing, Speaker, patched},
    error::ProductError,
    state::{ProductState, Shared},
    store::settled,
};

/// Replaces everything that the owner of a listing may edit. What is optional and left out is taken away;
/// only the status stays.
///
/// Answers 412 when the listing changed since the caller read it.
#[utoipa::path(put, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)), request_body = ProductReplace,
    responses((status = 200, body = Product)), security(("bearer" = [])))]
pub(crate) async fn put(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
    ValidJson(request): ValidJson<ProductReplace>,
) -> Result<Tagged<Product>, ProductError> {
    let texts = [Some(&request.title), Some(&request.description)];
    let speaker = state.profiles.speaker(artisan.id(), texts).await;
    let edit = |_: &Listing| Ok((Content::of(request.clone(), speaker)?, request.status));
    settled(|| state.edit(artisan.id(), id, &if_match, &edit)).await
}

/// Changes some of what the owner of a listing may edit (RFC 7396): what is left out stays, null takes away.
///
/// Answers 412 when the listing changed since the caller read it.
#[utoipa::path(patch, path = "/products/{id}", tag = "products",
    params(("id" = ProductId, Path), ("If-Match" = Option<String>, Header)),
    request_body(content((ProductPatch = "application/merge-patch+json"), (ProductPatch = "application/json"))),
    responses((status = 200, body = Product)), security(("bearer" = [])))]
pub(crate) async fn patch(
    State(state): State<Shared>,
    artisan: Artisan,
    Path(id): Path<ProductId>,
    if_match: IfMatch,
    ValidJson(patch): ValidJson<ProductPatch>,
) -> Result<Tagged<Product>, ProductError> {
    let texts = [patch.title.as_ref(), patch.description.as_ref()];
    let speaker = state.profiles.speaker(artisan.id(), texts).await;
    let edit = |listing: &Listing| Ok((merged(listing, &patch, speaker)?, patch.status));
    settled(|| state.edit(artisan.id(), id, &if_match, &edit)).await
}

/// What a listing says with the changes of a patch; the limits are checked on the whole.
fn merged(listing: &Listing, patch: &ProductPatch, speaker: Speaker) -> Result<Content, ProductError> {
    let before = serde_json::to_value(listing.content.editable(listing.published))?;
    let after = patched(before, serde_json::to_value(patch)?);
    let request: ProductReplace = read_json(&serde_json::to_vec(&after)?)?;
    Ok(Content::of(request, speaker)?)
}

impl ProductState {
    /// One attempt at an edit.
    async fn edit(
        &self,
        artisan: UserId,
        id: ProductId,
        if_match: &IfMatch,
        edit: impl Fn(&Listing) -> Result<(Content, Option<PublishStatus>), ProductError>,
    ) -> Result<Tagged<Product>, ProductError> {
        let kept = self.listings.owned_by(artisan, id).await?;
        if_match.check(kept.value.revision)?;
        let (content, chosen) = edit(&kept.value)?;
        let listing = match kept.value.edited(content, chosen, self.kit.clock.now())? {
            None => kept.value,
            Some(changed) => {
                self.listings.save(&kept.version, &changed).await?;
                changed.listing
            }
        };
        Ok(Tagged::new(listing.revision, listing.product(true))?)
    }
}
