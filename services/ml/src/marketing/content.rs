use axum::{
    Json,
    extract::{FromRequest, Request, State},
};
use bytes::Bytes;
use http::header;
use serde::Deserialize;
use service_kit::{
    Problem,
    extract::{Artisan, IdempotencyKey, Query, ValidJson},
};
use shared_models::{
    ids::ProductId,
    ml::{MarketingContent, MarketingRequest, PosterDesign},
    product::ListingFacts,
    text::Language,
};

use super::{phrases::phrases, plan::plan, posts};
use crate::{
    error::MlError,
    listings::Photo,
    paint::{Format, PaintError, Poster},
    providers::LOCAL,
    renderings::Owner,
    state::{MlState, Shared},
    words::{self, Facts},
};

const HASHTAGS: usize = 8;

/// The listing may stand in the query.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    product_id: Option<ProductId>,
}

/// Posts, hashtags, posters and a plan for one of the caller's listings.
///
/// `product_id` stands in the body or in the query. The posters are stored at media as the artisan's; with an
/// `Idempotency-Key` a repeated request stores them once.
#[utoipa::path(post, path = "/ml/marketing-content", tag = "ml",
    params(("Idempotency-Key" = Option<String>, Header), ("product_id" = Option<ProductId>, Query)),
    request_body = MarketingRequest,
    responses((status = 200, body = MarketingContent)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    _key: IdempotencyKey,
    Query(wanted): Query<Wanted>,
    request: Request,
) -> Result<Json<MarketingContent>, MlError> {
    let owner = Owner::of(request.headers())?;
    let product_id = which(wanted.product_id, request).await?;
    let listing = state.own_listing(&artisan, product_id).await?;
    Ok(Json(state.marketed(&owner, &listing).await?))
}

/// The listing that the query or the body names; a query alone needs no body.
async fn which(named: Option<ProductId>, request: Request) -> Result<ProductId, Problem> {
    let in_body = if named.is_some() && !request.headers().contains_key(header::CONTENT_TYPE) {
        None
    } else {
        let ValidJson(asked) = ValidJson::<MarketingRequest>::from_request(request, &()).await?;
        asked.product_id
    };
    let refuse = |code, detail| Problem::field("/product_id", code, detail);
    match (named, in_body) {
        (Some(named), Some(asked)) if named != asked => Err(refuse("invalid", "differs from the query's")),
        (named, asked) => named
            .or(asked)
            .ok_or_else(|| refuse("required", "name a listing, here or in the query")),
    }
}

impl MlState {
    /// A listing of the caller's. Another's is refused where it can be seen, and not there where it cannot.
    async fn own_listing(&self, artisan: &Artisan, id: ProductId) -> Result<ListingFacts, MlError> {
        let missing = || MlError::from(Problem::not_found("no such listing"));
        let listing = self.listing(id).await?.ok_or_else(missing)?;
        if listing.artisan_id == artisan.id() {
            return Ok(listing);
        }
        if !listing.status.is_public() {
            return Err(missing());
        }
        Err(Problem::forbidden("the listing belongs to another artisan")
            .code("not_owner")
            .into())
    }

    async fn marketed(&self, owner: &Owner, listing: &ListingFacts) -> Result<MarketingContent, MlError> {
        let photo = self.first_photo(listing).await?;
        let analysis = photo.as_ref().map(|photo| self.analysis_of(listing, photo));
        let facts = Facts::from(listing);
        let hashtags: Vec<String> = posts::languages(listing)
            .flat_map(|language| words::hashtags(&facts, language, HASHTAGS))
            .collect();
        let hashtags = posts::with_sign(&hashtags);
        Ok(MarketingContent {
            product_id: listing.id,
            social_media_posts: posts::posts(listing, &facts, &hashtags),
            poster_designs: self.posters(owner, listing, &facts, photo.as_ref()).await?,
            campaign_strategy: plan(&posts::title(listing, Language::En), analysis.as_ref(), &hashtags),
            hashtags,
            provider: LOCAL.to_owned(),
            method: "sentences from the listing's facts in each language, cut to each network's length; posters drawn in \
                     the photo's own colours"
                .to_owned(),
        })
    }

    async fn posters(
        &self,
        owner: &Owner,
        listing: &ListingFacts,
        facts: &Facts,
        photo: Option<&Photo>,
    ) -> Result<Vec<PosterDesign>, MlError> {
        let embedded = match photo {
            Some(photo) => Some(self.darkroom.embed("photo", photo.bytes.clone()).await?),
            None => None,
        };
        let palette = photo.map(|photo| photo.seen.palette.clone()).unwrap_or_default();
        let language = listing.language;
        let title = posts::title(listing, language);
        let lines: Vec<String> = words::caption(facts, language, words::Size::Short, 160)
            .into_iter()
            .collect();
        let price = format!("{} {}", phrases(language).price, posts::price(listing));
        let easel = self.easel.clone();
        let painted = self.darkroom.paint(move || {
            let poster = Poster {
                title: &title,
                lines: &lines,
                price: &price,
                photo: embedded
                    .as_ref()
                    .map(|embedded| (embedded.uri.as_str(), embedded.size)),
                palette: &palette,
            };
            let paint = |format| Ok((format, poster.paint(&easel, format)?));
            Format::ALL
                .into_iter()
                .map(paint)
                .collect::<Result<Vec<_>, PaintError>>()
        });
        let mut designs = Vec::new();
        for (format, png) in painted.await? {
            designs.push(self.design(owner, listing.id, format, png.into()).await?);
        }
        Ok(designs)
    }

    async fn design(
        &self,
        owner: &Owner,
        listing: ProductId,
        format: Format,
        png: Bytes,
    ) -> Result<PosterDesign, MlError> {
        let name = format.name();
        let kept = self.keep(owner, &format!("poster-{name}-{listing}"), png).await?;
        let (width, height) = format.size();
        Ok(PosterDesign {
            name: name.to_owned(),
            width: width.into(),
            height: height.into(),
            url: kept.original_url,
            file_id: kept.file_id,
        })
    }
}
