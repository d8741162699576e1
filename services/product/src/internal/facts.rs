use axum::{Json, extract::State};
use service_kit::extract::{Path, ServiceCaller};
use shared_models::{ids::ProductId, product::ListingFacts, text::Language};

use crate::{
    catalogue,
    domain::Listing,
    error::ProductError,
    state::{ProductState, Shared},
};

/// What services that work on a listing need to know of it, whatever its status. For services only; 404 when there
/// is none, or when it was erased.
#[utoipa::path(get, path = "/internal/products/{id}", operation_id = "listing_facts", tag = "internal",
    params(("id" = ProductId, Path), ("X-Service-Token" = String, Header, description = "Who asks")),
    responses((status = 200, body = ListingFacts)))]
pub(crate) async fn get(
    State(state): State<Shared>,
    _service: ServiceCaller,
    Path(id): Path<ProductId>,
) -> Result<Json<ListingFacts>, ProductError> {
    let kept = state.listings.find(id).await?.ok_or(ProductError::NotFound)?;
    let language = state.language_of(&kept.value).await;
    Ok(Json(facts(kept.value, language)))
}

impl ProductState {
    /// The artisan's own language, or one that she wrote in while auth cannot tell.
    async fn language_of(&self, listing: &Listing) -> Language {
        let content = &listing.content;
        let written = content.description.0.keys().chain(content.title.0.keys());
        let profile = self.profiles.language(listing.artisan_id).await;
        profile.or_else(|| written.copied().next()).unwrap_or_default()
    }
}

fn facts(listing: Listing, language: Language) -> ListingFacts {
    let status = listing.status();
    let updated_at = listing.updated_at();
    let image_ids = listing.image_ids();
    let content = listing.content;
    ListingFacts {
        id: listing.id,
        artisan_id: listing.artisan_id,
        version: listing.revision,
        sequence: listing.sequence,
        status,
        costs: content.costs(),
        title: content.title,
        description: content.description,
        language,
        category: content.category,
        subcategory: content.subcategory,
        price: content.price.amount(),
        currency: content.price.currency,
        materials: content.materials,
        dimensions: content.dimensions,
        weight_grams: content.weight_grams,
        production_time: content.production_time,
        region_key: content.region.as_deref().map(catalogue::region_key),
        region: content.region,
        cultural_origin: content.cultural_origin,
        image_ids,
        created_at: listing.created_at,
        updated_at,
    }
}
