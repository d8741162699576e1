use axum::{Json, extract::State};
use chrono::{Days, NaiveDate};
use service_kit::{
    Problem,
    extract::{Caller, ValidJson},
};
use shared_models::ml::{DemandForecast, DemandRequest};
use tokio::task::spawn_blocking;

use super::{
    day_in_india,
    ledger::{Leaf, Mark, folded},
    outlook::{Known, history, outlook},
    prior::{DEFAULT_RATE, Prior},
};
use crate::{
    error::MlError,
    state::{MlState, Shared},
};

/// How many pieces of a kind will be asked for, day by day.
///
/// Rests on completed orders, whose series is forecast here or by the provider that the settings choose. Where there are none, on what listings of the category sell, and where these are none
/// either, on a default; `basis` and `method` say which.
#[utoipa::path(post, path = "/ml/predict-demand", tag = "ml", request_body = DemandRequest,
    responses((status = 200, body = DemandForecast)), security(("bearer" = [])))]
pub(crate) async fn post(
    State(state): State<Shared>,
    _caller: Caller,
    ValidJson(request): ValidJson<DemandRequest>,
) -> Result<Json<DemandForecast>, MlError> {
    let known = state.known(&request).await?;
    let foreseen = match history(&known, usize::from(request.time_horizon)) {
        Some(history) => state.providers.forecast(&history).await,
        None => None,
    };
    let told = spawn_blocking(move || outlook(request, &known, foreseen)).await;
    Ok(Json(told.map_err(Problem::internal)?))
}

/// Which pieces a request is about.
struct Wanted {
    subcategory: Option<String>,
    region: Option<String>,
}

impl Wanted {
    fn of(request: &DemandRequest) -> Self {
        Self {
            subcategory: request.subcategory.clone(),
            region: request.region.as_deref().map(folded),
        }
    }

    fn has(&self, leaf: &Leaf) -> bool {
        let is = |wanted: Option<&str>, found: &str| wanted.is_none_or(|wanted| wanted == found);
        is(self.subcategory.as_deref(), &leaf.subcategory) && is(self.region.as_deref(), &leaf.region)
    }
}

impl MlState {
    async fn known(&self, request: &DemandRequest) -> Result<Known, MlError> {
        let today = day_in_india(self.kit.clock.now());
        let marks = self.demand.of_category(&request.category).await?;
        let wanted = Wanted::of(request);
        let leaves = self.market.leaves(&request.category);
        let listed = leaves.iter().filter(|leaf| wanted.has(leaf)).count();
        let prior = prior(&marks, leaves.len(), listed, today);
        let lately = today.checked_sub_days(Days::new(28)).unwrap_or(today);
        let mine = || marks.iter().filter(|mark| wanted.has(&mark.leaf));
        Ok(Known {
            sales: mine()
                .filter(|mark| mark.units > 0)
                .map(|mark| (mark.day, mark.units))
                .collect(),
            interest: mine()
                .filter(|mark| mark.day >= lately)
                .map(|mark| mark.interest)
                .fold(0, u32::saturating_add),
            prior,
            today,
        })
    }
}

/// What listings of the category sell, for as many as are listed of the kind.
#[expect(clippy::cast_precision_loss, reason = "numbers of listings, days and pieces")]
fn prior(marks: &[Mark], of_category: usize, of_kind: usize, today: NaiveDate) -> Prior {
    let sold = || marks.iter().filter(|mark| mark.units > 0);
    let units: f64 = sold().map(|mark| f64::from(mark.units)).sum();
    let listings = of_kind.max(1) as f64;
    let Some(first) = sold().map(|mark| mark.day).min() else {
        return Prior {
            rate: DEFAULT_RATE * listings,
            source: format!(
                "a default of one piece in ninety days for each of {of_kind} listings, since nothing of the category was sold"
            ),
        };
    };
    let days = today.signed_duration_since(first).num_days().max(1) as f64;
    Prior {
        rate: units / days / of_category.max(1) as f64 * listings,
        source: format!(
            "what a listing of the category sells ({units} pieces in {days} days, {of_category} listings), for {of_kind} listings of this kind"
        ),
    }
}
