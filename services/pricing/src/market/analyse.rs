use axum::{Json, extract::State};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use service_kit::{
    Problem,
    extract::{Caller, Path, Query},
};
use shared_models::{
    money::{Currency, Money},
    pricing::MarketAnalysis,
    product::is_slug,
};
use utoipa::IntoParams;

use super::{Surroundings, notes};
use crate::{
    domain::{Position, fold, seasonality, trend},
    error::PricingError,
    state::Shared,
};

/// With fewer pieces an analysis is thin.
const FEW: u32 = 10;

/// Of which part of the market.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Part {
    /// A slug or a name of a region.
    #[param(max_length = 64)]
    region: Option<String>,
    /// Prices in this currency (ISO 4217); INR when left out.
    #[param(value_type = Option<String>, min_length = 3, max_length = 3)]
    currency: Option<Currency>,
}

/// What is known of the prices of a category: level, trend, demand, seasons.
///
/// From the newest thousand listings of the marketplace, and from the competitors' prices that its operator brings;
/// `sample_size`, `thin` and `notes` say what that is worth. What is not known is null, empty or `unknown`.
#[utoipa::path(get, path = "/pricing/market-analysis/{category}", tag = "pricing",
    params(("category" = String, Path, min_length = 1, max_length = 64, pattern = "^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$"),
        Part),
    responses((status = 200, body = MarketAnalysis)), security(("bearer" = [])))]
pub(crate) async fn get(
    State(state): State<Shared>,
    _caller: Caller,
    Path(category): Path<String>,
    Query(part): Query<Part>,
) -> Result<Json<MarketAnalysis>, PricingError> {
    check(&category, part.region.as_deref())?;
    let around = state.around(&category, part.currency.unwrap_or_default()).await?;
    Ok(Json(analysis(
        category,
        part.region,
        &around,
        state.kit.clock.now(),
    )))
}

fn check(category: &str, region: Option<&str>) -> Result<(), Problem> {
    let refused = |name: &str, detail: &'static str| {
        Problem::malformed(format!("{name} {detail}")).and_field(name, "malformed", detail)
    };
    if !is_slug(category) {
        return Err(refused("category", "must be a slug such as pottery"));
    }
    if region.is_some_and(|region| region.chars().count() > 64) {
        return Err(refused("region", "must be at most 64 characters"));
    }
    Ok(())
}

fn analysis(
    category: String,
    region: Option<String>,
    around: &Surroundings,
    now: DateTime<Utc>,
) -> MarketAnalysis {
    let key = region.as_deref().map(fold);
    let (position, pieces) = around.market.of(key.as_deref());
    let listed: Vec<(DateTime<Utc>, i64)> = pieces.iter().map(|piece| (piece.at, piece.price)).collect();
    let trend = trend(&listed);
    let months = seasonality(&listed, &around.sales);
    let demand = around.sales.demand(now.date_naive());
    let currency = around.market.currency;
    let amount = |minor| Money { minor, currency }.amount();
    let thin = position.size() < FEW;
    let told = notes::Told {
        position: &position,
        trend,
        months: &months,
        demand,
        regional: region.is_some(),
        thin,
    };
    MarketAnalysis {
        average_price: mean(&position).map(amount),
        median_price: position.middle().map(amount),
        price_range: position.range(),
        price_trend: trend.direction,
        price_trend_percent_a_month: trend.a_month.map(|percent| (percent * 10.0).round() / 10.0),
        demand_level: demand.level,
        units_sold_30d: demand.recent,
        recommendations: told.recommendations(),
        notes: told.notes(),
        seasonality: months.known,
        sample_size: position.size(),
        thin,
        sources: position.sources,
        category,
        region,
        currency,
    }
}

/// Halves away from zero.
fn mean(position: &Position) -> Option<i64> {
    let count = i128::from(position.size());
    let sum: i128 = position.prices.iter().map(|price| i128::from(*price)).sum();
    let mean = (2 * sum + count).checked_div(2 * count)?;
    i64::try_from(mean).ok()
}
