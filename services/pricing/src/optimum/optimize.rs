use std::collections::HashMap;

use axum::{Json, extract::State};
use service_kit::extract::{Artisan, ValidJson};
use shared_models::{
    ids::{ProductId, UserId},
    money::{Amount, Currency, Money},
    pricing::{
        DemandLevel, Optimization, OptimizationBasis, OptimizationFault, OptimizeAnswer, OptimizeRequest,
        Urgency,
    },
};

use crate::{
    domain::{Learned, Piece},
    error::PricingError,
    market::Surroundings,
    prices::{Estimate, Terms},
    state::{PricingState, Shared},
    wages::Maker,
};

/// Better prices for up to a hundred listings of the caller's, each with what it rests on.
///
/// An optimum is claimed only where the price was changed before and enough was sold to see what that did; elsewhere
/// the suggestion comes from costs and comparable pieces. An id that has no result has an `error` in its place.
#[utoipa::path(post, path = "/pricing/optimize", tag = "pricing", request_body = OptimizeRequest,
    responses((status = 200, body = OptimizeAnswer)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    ValidJson(request): ValidJson<OptimizeRequest>,
) -> Result<Json<OptimizeAnswer>, PricingError> {
    let mut workshop = Workshop {
        state: &state,
        artisan: artisan.id(),
        maker: state.maker(artisan.id()).await?,
        around: HashMap::new(),
    };
    let mut optimization_results = Vec::with_capacity(request.product_ids.len());
    for id in request.product_ids {
        let result = workshop.optimized(id).await;
        optimization_results.push(result.unwrap_or_else(|error| failed(id, &error)));
    }
    Ok(Json(OptimizeAnswer { optimization_results }))
}

/// What all listings of one request share.
struct Workshop<'a> {
    state: &'a PricingState,
    artisan: UserId,
    maker: Maker,
    /// By category and currency.
    around: HashMap<(String, Currency), Surroundings>,
}

impl Workshop<'_> {
    async fn optimized(&mut self, id: ProductId) -> Result<Optimization, PricingError> {
        let piece = self.state.owned_by(self.artisan, id).await?;
        let terms = Terms {
            costs: piece.costs.clone().unwrap_or_default(),
            maker: self.maker.clone(),
            urgency: Urgency::default(),
        };
        let state = self.state;
        let around = self.around(&piece).await?;
        let estimate = state.estimate(&piece, &terms, around).await?;
        let sales = state.sales.of_piece(id).await?;
        let learned = Learned::from(&piece.periods(&sales, state.kit.clock.now()));
        Ok(result(&piece, &estimate, learned))
    }

    async fn around(&mut self, piece: &Piece) -> Result<&Surroundings, PricingError> {
        let key = (piece.category.clone(), piece.currency);
        if !self.around.contains_key(&key) {
            let around = self.state.around(&piece.category, piece.currency).await?;
            self.around.insert(key.clone(), around);
        }
        self.around.get(&key).ok_or(PricingError::NotFound)
    }
}

fn result(piece: &Piece, estimate: &Estimate, learned: Learned) -> Optimization {
    let amount = |minor: i64| -> Amount {
        let currency = piece.currency;
        Money { minor, currency }.amount()
    };
    let (price, impact) = suggestion(piece, estimate, learned);
    let basis = match (price, impact) {
        (None, _) => OptimizationBasis::None,
        (Some(_), None) => OptimizationBasis::CostAndMarket,
        (Some(_), Some(_)) => OptimizationBasis::ObservedDemand,
    };
    Optimization {
        product_id: piece.id,
        currency: Some(piece.currency),
        current_price: Some(amount(piece.price)),
        suggested_price: price.map(amount),
        potential_increase: price.map(|price| amount(increase(piece.price, price, impact))),
        demand_impact: impact,
        basis,
        demand_level: estimate.demand.level,
        notes: notes(estimate, learned),
        error: None,
    }
}

/// The price, and by how many percent more or less would be sold at it, where that is known.
fn suggestion(piece: &Piece, estimate: &Estimate, learned: Learned) -> (Option<i64>, Option<f64>) {
    let Some(quote) = &estimate.quote else {
        return (None, None);
    };
    match learned {
        Learned::Known(elasticity) => {
            let best = elasticity.best(quote.minimum, quote.minimum);
            (Some(best), Some(elasticity.impact(piece.price, best)))
        }
        Learned::NeverVaried | Learned::TooFewSold(_) | Learned::NotByPrice => (Some(quote.price), None),
    }
}

/// What each piece that is sold today brings more: fewer are sold at a higher price, where that is known.
fn increase(now: i64, price: i64, impact: Option<f64>) -> i64 {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "tenths of a percent, of what is at most some hundred times"
    )]
    let tenths = impact.map_or(0, |percent| (percent * 10.0).round() as i64);
    let sold = i128::from(price) * i128::from(1_000 + tenths) / 1_000;
    i64::try_from(sold - i128::from(now)).unwrap_or(i64::MAX)
}

fn notes(estimate: &Estimate, learned: Learned) -> Vec<String> {
    let mut notes: Vec<String> = estimate
        .missing
        .iter()
        .map(|missing| format!("There is no price without {}.", missing.in_listing()))
        .collect();
    notes.push(match learned {
        Learned::NeverVaried => {
            "Its price was never changed far and long enough, so what another would do to demand is not known.".into()
        }
        Learned::TooFewSold(units) => {
            format!("Its price was changed, but with {units} sold in all too few were sold to see what that did.")
        }
        Learned::NotByPrice => {
            "More was sold at the higher price, so something else moved demand: no optimum is claimed.".into()
        }
        Learned::Known(_) => "From what was sold at the prices it had; no price beyond those is suggested, but to pay its costs.".into(),
    });
    if estimate.position.range().is_none() {
        notes.push("Fewer than three comparable pieces are known.".to_owned());
    }
    if estimate.demand.level == DemandLevel::Unknown {
        notes.push("Too few orders in its category to know the demand.".to_owned());
    }
    notes
}

fn failed(id: ProductId, error: &PricingError) -> Optimization {
    if error.code() == "unavailable" {
        tracing::warn!(%id, %error, "a listing was not optimized");
    }
    Optimization {
        product_id: id,
        currency: None,
        current_price: None,
        suggested_price: None,
        potential_increase: None,
        demand_impact: None,
        basis: OptimizationBasis::None,
        demand_level: DemandLevel::Unknown,
        notes: Vec::new(),
        error: Some(OptimizationFault {
            code: error.code().to_owned(),
            detail: match error {
                PricingError::Backend(_) | PricingError::Refused(_) => "cannot be had now".to_owned(),
                error => error.to_string(),
            },
        }),
    }
}
