use axum::extract::State;
use backends::documents::Batch;
use service_kit::{
    Answer, Tagged,
    extract::{Artisan, IdempotencyKey, Prefer, ValidJson},
    idempotency::Intent,
};
use shared_models::product::{Product, ProductCreate};

use crate::{
    domain::{Content, Listing, Stock},
    error::ProductError,
    state::{ProductState, Shared},
};

/// Lists a piece.
///
/// The client may choose its id, so that it can be made offline; an id that is taken is refused with 409.
/// What machines add (`ai_analysis`, descriptions in further languages, `ai_suggested_price`) comes a moment later;
/// `Prefer: wait=5` holds the answer until it is there, or for five seconds.
#[utoipa::path(post, path = "/products", tag = "products",
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)), request_body = ProductCreate,
    responses((status = 201, body = Product)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    key: IdempotencyKey,
    prefer: Prefer,
    ValidJson(request): ValidJson<ProductCreate>,
) -> Result<Answer, ProductError> {
    if request.artisan_id.is_some_and(|named| named != artisan.id()) {
        return Err(ProductError::NotYours);
    }
    let intent = key.intent(artisan.id(), &request)?;
    let answer = if let Some(answer) = state.kit.idempotency.replay(&intent).await? {
        answer
    } else {
        let (listing, stock) = state.draw_up(&artisan, request).await?;
        let attempt = || state.list(&artisan, &intent, &listing, &stock);
        state.settled(attempt).await?
    };
    state.awaited(answer, prefer).await
}

impl ProductState {
    /// The listing that a request describes.
    async fn draw_up(
        &self,
        artisan: &Artisan,
        request: ProductCreate,
    ) -> Result<(Listing, Stock), ProductError> {
        let texts = [Some(&request.title), Some(&request.description)];
        let speaker = self.profiles.speaker(artisan.id(), texts).await;
        let id = request.id.unwrap_or_else(|| self.kit.ids.fresh());
        let published = request.status.unwrap_or_default();
        let now = self.kit.clock.now();
        let stock = Stock::of(request.quantity.unwrap_or(1), now);
        let content = Content::of(request.editable(), speaker)?;
        let listing = Listing::new(id, artisan.id(), content, published, stock.is_sold_out(), now);
        Ok((listing, stock))
    }

    /// One attempt to list it.
    async fn list(
        &self,
        artisan: &Artisan,
        intent: &Intent,
        listing: &Listing,
        stock: &Stock,
    ) -> Result<Answer, ProductError> {
        let mut batch = Batch::new();
        self.accounts.find(artisan.id()).await?.may_sell(&mut batch)?;
        self.listings.create(&mut batch, listing, stock)?;
        let location = self.kit.link(&format!("/products/{}", listing.id));
        let answer = Tagged::new(listing.revision, listing.product(true))?.created(location);
        match self.kit.idempotency.commit(intent, batch, answer.answer()?).await {
            Err(error) if error.is_conflict() && self.listings.is_taken(listing.id).await? => {
                Err(ProductError::Exists)
            }
            outcome => Ok(outcome?),
        }
    }
}
