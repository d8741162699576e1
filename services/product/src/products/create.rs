use axum::extract::{FromRequest, Request, State};
use backends::documents::Batch;
use service_kit::{
    Answer, Tagged,
    extract::{Artisan, IdempotencyKey, Prefer, ValidJson},
    idempotency::Intent,
};
use shared_models::product::{Product, ProductCreate};

use super::form::{self, ProductForm};
use crate::{
    domain::{Content, Listing, Photo, Stock},
    error::ProductError,
    state::{ProductState, Shared},
};

/// Lists a piece.
///
/// The client may choose its id, so that it can be made offline; an id that is taken is refused with 409. Photos are
/// named in `image_ids`, or sent with it as multipart/form-data: then `product` is the JSON, and `images` are the files.
/// What machines add (`ai_analysis`, descriptions in further languages, `ai_suggested_price`) comes a moment later;
/// `Prefer: wait=5` holds the answer until it is there, or for five seconds.
#[utoipa::path(post, path = "/products", tag = "products",
    params(("Idempotency-Key" = Option<String>, Header), ("Prefer" = Option<String>, Header)),
    request_body(content((ProductCreate = "application/json"), (ProductForm = "multipart/form-data"))),
    responses((status = 201, body = Product)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    key: IdempotencyKey,
    prefer: Prefer,
    request: Request,
) -> Result<Answer, ProductError> {
    let answer = if form::is_form(request.headers()) {
        state.list_with_files(&artisan, &key, request).await?
    } else {
        let ValidJson(request) = ValidJson::<ProductCreate>::from_request(request, &()).await?;
        hers(&request, &artisan)?;
        let intent = key.intent(artisan.id(), &request)?;
        state.list_once(&artisan, &intent, request, Vec::new()).await?
    };
    state.awaited(answer, prefer).await
}

/// Refuses a listing in another's name.
pub(super) fn hers(request: &ProductCreate, artisan: &Artisan) -> Result<(), ProductError> {
    match request.artisan_id {
        Some(named) if named != artisan.id() => Err(ProductError::NotYours),
        _ => Ok(()),
    }
}

impl ProductState {
    /// Lists a piece, with photos that came with the request beside those that it names.
    pub(super) async fn list_once(
        &self,
        artisan: &Artisan,
        intent: &Intent,
        request: ProductCreate,
        sent: Vec<Photo>,
    ) -> Result<Answer, ProductError> {
        if let Some(answer) = self.kit.idempotency.replay(intent).await? {
            return Ok(answer);
        }
        let (listing, stock) = self.draw_up(artisan, request, sent).await?;
        self.settled(|| self.list(artisan, intent, &listing, &stock))
            .await
    }

    /// The listing that a request describes.
    async fn draw_up(
        &self,
        artisan: &Artisan,
        request: ProductCreate,
        sent: Vec<Photo>,
    ) -> Result<(Listing, Stock), ProductError> {
        let texts = [Some(&request.title), Some(&request.description)];
        let speaker = self.profiles.speaker(artisan.id(), texts).await;
        let id = request.id.unwrap_or_else(|| self.kit.ids.fresh());
        let published = request.status.unwrap_or_default();
        let now = self.kit.clock.now();
        let stock = Stock::of(request.quantity.unwrap_or(1), now);
        let image_ids = request.image_ids.clone();
        let content = Content::of(request.editable(), speaker)?;
        let mut photos = self.photos(artisan.id(), &image_ids, &[]).await?;
        photos.extend(sent);
        let content = content.showing(photos);
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
        self.while_kept(&mut batch, listing, &[]).await?;
        self.listings.create(&mut batch, listing, stock)?;
        let location = self.kit.link(&format!("/products/{}", listing.id));
        let answer = Tagged::new(listing.revision, self.plain(listing, true))?.created(location);
        match self.kit.idempotency.commit(intent, batch, answer.answer()?).await {
            Err(error) if error.is_conflict() && self.listings.is_taken(listing.id).await? => {
                Err(ProductError::Exists)
            }
            outcome => Ok(outcome?),
        }
    }
}
