use axum::{Json, extract::State};
use service_kit::{
    Problem,
    extract::{Caller, ValidJson},
};
use shared_models::{
    ids::ProductId,
    ml::{Comparable, PriceEstimate, PriceExplanation, PriceInterval, PriceRequest},
    money::{Amount, Currency, MAX_MAJOR, Money},
};
use tokio::task::spawn_blocking;

use super::words::{summary, told};
use crate::{
    demand::folded,
    error::MlError,
    hedonic::{Estimate, Model, Piece, Priced, nearest},
    market::size,
    state::Shared,
};

/// What a piece would cost, learned from what is asked for others; with the terms that make the price, and the listings
/// that are most alike.
///
/// Where no listing is known, `price` and `interval` are null and the explanation says so.
#[utoipa::path(post, path = "/ml/predict-price", tag = "ml", request_body = PriceRequest,
    responses((status = 200, body = PriceEstimate)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _caller: Caller,
    ValidJson(request): ValidJson<PriceRequest>,
) -> Result<Json<PriceEstimate>, MlError> {
    let listings = state.market.priced(request.currency, request.product_id);
    let told = spawn_blocking(move || estimate(&request, &listings)).await;
    Ok(Json(told.map_err(Problem::internal)?))
}

/// How many comparables are told.
const COMPARABLES: usize = 5;
/// Listings of the category after which confidence is one half.
const HALF_SURE: f64 = 20.0;
/// The model learns from the nearest so many, at most: its work grows with them, its knowledge hardly.
const LESSON: usize = 4_000;

fn estimate(request: &PriceRequest, listings: &[Priced<ProductId>]) -> PriceEstimate {
    let piece = piece(request);
    let currency = request.currency;
    let lesson = lesson(listings, &piece);
    let model = Model::learn(&lesson);
    let estimate = model.as_ref().map(|model| model.estimate(&piece));
    let of_category = listings
        .iter()
        .filter(|listing| listing.piece.category == piece.category)
        .count();
    PriceEstimate {
        price: estimate.as_ref().map(|estimate| amount(estimate.price, currency)),
        interval: estimate.as_ref().map(|estimate| interval(estimate, currency)),
        confidence: confidence(of_category),
        sample_size: number(lesson.len()),
        explanation: PriceExplanation {
            summary: summary(lesson.len(), of_category, &piece.category),
            base: estimate.as_ref().map(|estimate| amount(estimate.base, currency)),
            terms: estimate.map_or_else(Vec::new, |estimate| estimate.terms.iter().map(told).collect()),
            comparables: comparables(listings, &piece, currency),
            category_sample_size: number(of_category),
        },
        method:
            "hedonic log-price regression, partially pooled over categories, crafts, regions and materials"
                .to_owned(),
        currency,
    }
}

fn piece(request: &PriceRequest) -> Piece {
    Piece {
        category: request.category.clone(),
        craft: request.subcategory.clone().unwrap_or_default(),
        region: request.region.as_deref().map(folded),
        materials: request
            .materials
            .iter()
            .map(|material| folded(material))
            .collect(),
        size: size(&request.dimensions.into()),
        skill: request.artisan_skill_level.map(f64::from),
    }
}

fn lesson(listings: &[Priced<ProductId>], piece: &Piece) -> Vec<Priced<ProductId>> {
    let mut lesson = listings.to_vec();
    if lesson.len() > LESSON {
        lesson.sort_by(|a, b| piece.distance(&a.piece).total_cmp(&piece.distance(&b.piece)));
        lesson.truncate(LESSON);
    }
    lesson
}

fn comparables(listings: &[Priced<ProductId>], piece: &Piece, currency: Currency) -> Vec<Comparable> {
    nearest(listings, piece, COMPARABLES)
        .into_iter()
        .map(|(listing, distance)| Comparable {
            product_id: listing.id,
            price: exact(listing.price, currency),
            distance: (distance * 100.0).round() / 100.0,
        })
        .collect()
}

fn interval(estimate: &Estimate, currency: Currency) -> PriceInterval {
    PriceInterval {
        low: amount(estimate.interval.0, currency),
        high: amount(estimate.interval.1, currency),
        coverage: 80,
    }
}

#[expect(clippy::cast_precision_loss, reason = "a number of listings")]
fn confidence(of_category: usize) -> f64 {
    let count = of_category as f64;
    (count / (count + HALF_SURE) * 100.0).round() / 100.0
}

/// In three digits: an estimate knows no more.
fn amount(price: f64, currency: Currency) -> Amount {
    exact(price, currency).rounded(3)
}

/// The nearest minor unit.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "at most a trillion of major units"
)]
fn exact(price: f64, currency: Currency) -> Amount {
    let minor = 10_f64.powi(i32::try_from(currency.decimals()).unwrap_or(0));
    Money {
        minor: (price.clamp(0.0, MAX_MAJOR as f64) * minor).round() as i64,
        currency,
    }
    .amount()
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
