use axum::{Json, extract::State};
use service_kit::extract::{Artisan, ValidJson};
use shared_models::{
    money::{Amount, Currency},
    pricing::{CalculateRequest, PriceQuote},
};

use super::Terms;
use crate::{
    domain::{Costs, Piece},
    error::PricingError,
    state::Shared,
    wages::Maker,
};

/// What a piece of the caller's should cost: what it costs to make when she is paid, and what moves it from there.
///
/// Never below materials, hours at the wage floor and overhead, whatever the market says; the breakdown sums to the
/// price exactly. Without hours or a wage there is no price: `missing` names what to say, and `market_range` tells
/// what comparable pieces cost. Whatever is left out comes from the listing's `costs` and from her profile.
#[utoipa::path(post, path = "/pricing/calculate", tag = "pricing", request_body = CalculateRequest,
    responses((status = 200, body = PriceQuote)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    artisan: Artisan,
    ValidJson(request): ValidJson<CalculateRequest>,
) -> Result<Json<PriceQuote>, PricingError> {
    let piece = state.owned_by(artisan.id(), request.product_id).await?;
    let terms = Terms {
        costs: costs(&request, &piece)?,
        urgency: request.urgency,
        maker: told(state.maker(artisan.id()).await?, &request, piece.currency)?,
    };
    let around = state.around(&piece.category, piece.currency).await?;
    let estimate = state.estimate(&piece, &terms, &around).await?;
    Ok(Json(estimate.answer(&piece)))
}

/// What the request says, and the listing where it says nothing.
fn costs(request: &CalculateRequest, piece: &Piece) -> Result<Costs, PricingError> {
    let listed = piece.costs.clone().unwrap_or_default();
    let minor = |pointer: String, amount: Amount| minor(pointer, amount, piece.currency);
    let materials = match &request.material_costs {
        None => listed.materials,
        Some(costs) => {
            let amounts = costs
                .iter()
                .enumerate()
                .map(|(index, cost)| minor(format!("/material_costs/{index}/amount"), cost.amount));
            amounts.sum::<Result<i64, PricingError>>()?
        }
    };
    let named = |pointer: &str, amount: Option<Amount>, listed: i64| {
        amount.map_or(Ok(listed), |amount| minor(pointer.to_owned(), amount))
    };
    Ok(Costs {
        materials,
        base: named("/base_cost", request.base_cost, listed.base)?,
        overhead: named("/overhead", request.overhead, listed.overhead)?,
        hours: request.labor_hours.map(Costs::hours_of).or(listed.hours),
    })
}

/// What the request says of her, and the profile where it says nothing.
fn told(profile: Maker, request: &CalculateRequest, currency: Currency) -> Result<Maker, PricingError> {
    let said = request.hourly_wage.map(|wage| {
        let money = wage.in_currency(currency);
        money.map_err(|error| amount_error("/hourly_wage".to_owned(), error.to_string()))
    });
    Ok(Maker {
        skill: request.artisan_skill_level.or(profile.skill),
        own_wage: said.transpose()?.or(profile.own_wage),
        state: profile.state,
    })
}

/// Below a billion each, so that fifty of them have a sum.
fn minor(pointer: String, amount: Amount, currency: Currency) -> Result<i64, PricingError> {
    let money = amount.in_currency(currency);
    money
        .map(|money| money.minor)
        .map_err(|error| amount_error(pointer, error.to_string()))
}

fn amount_error(pointer: String, detail: String) -> PricingError {
    PricingError::Amount { pointer, detail }
}
