//! From days of sales to an answer. Pure.

use chrono::{Days, NaiveDate};
use shared_models::ml::{DemandBasis, DemandDay, DemandForecast, DemandRequest, TrendDirection};

use super::{
    calendar::{coming, occasions},
    prior::{Prior, Rate},
};
use crate::{
    forecast::{Effect, Series, forecast},
    providers::{Foreseen, History, LOCAL, Spoken},
};

/// From so many days on the series speaks for itself; four weeks.
const SPEAKS: usize = 28;
/// Three years: what is older says little.
const LONGEST: u64 = 1_096;
/// Days that confidence is half of what it can be after.
const HALF_SURE: f64 = 90.0;
/// Of the normal distribution: one chance in twenty that nothing changed.
const CLEAR: f64 = 1.64;

/// What is known of a kind of piece.
pub(super) struct Known {
    /// Pieces sold by day; several entries may be of one day.
    pub(super) sales: Vec<(NaiveDate, u32)>,
    /// Looks, likes, shares, searches and carts of the last four weeks.
    pub(super) interest: u32,
    pub(super) prior: Prior,
    pub(super) today: NaiveDate,
}

/// A path of days, and what it rests on.
struct Told {
    days: Vec<(f64, f64, f64)>,
    basis: DemandBasis,
    method: String,
    provider: &'static str,
    effects: Vec<Effect>,
}

/// What a provider elsewhere may forecast: nothing while there are few days.
pub(super) fn history(known: &Known, horizon: usize) -> Option<History> {
    let units = series(known);
    let first = known.today.checked_sub_days(Days::new(units.len() as u64))?;
    (units.len() >= SPEAKS).then_some(History {
        first,
        units,
        horizon,
    })
}

/// The answer to a request, by what a provider elsewhere foresaw of its [`history`], if one did.
pub(super) fn outlook(
    request: DemandRequest,
    known: &Known,
    foreseen: Option<Spoken<Foreseen>>,
) -> DemandForecast {
    let horizon = usize::from(request.time_horizon);
    let series = series(known);
    let told = match (series.len(), foreseen) {
        (0..SPEAKS, _) => of_few_days(&series, known, horizon),
        (_, Some(foreseen)) => Told::by(foreseen),
        (_, None) => of_series(&series, known, horizon),
    };
    let total: f64 = told.days.iter().map(|day| day.0).sum();
    let trend = trend(&series);
    DemandForecast {
        predicted_demand: hundredths(total),
        forecast: dated(&told.days, known.today),
        confidence: confidence(&told.days, series.len()),
        trend_direction: trend,
        seasonal_factor: seasonal_factor(&told.days, &series),
        recommendations: recommendations(&told, known, trend, horizon, &series),
        basis: told.basis,
        provider: told.provider.to_owned(),
        method: told.method,
        series_length: u32::try_from(series.len()).unwrap_or(u32::MAX),
        sample_size: known.sales.iter().map(|(_, units)| u64::from(*units)).sum(),
        category: request.category,
        subcategory: request.subcategory,
        region: request.region,
    }
}

impl Told {
    /// As a provider elsewhere foresaw it. It was told nothing of festivals.
    fn by(foreseen: Spoken<Foreseen>) -> Self {
        let Spoken { what, provider } = foreseen;
        let days = what.days.into_iter();
        Self {
            days: days.map(|day| (day.mean, day.low, day.high)).collect(),
            basis: DemandBasis::Series,
            method: what.method,
            provider,
            effects: Vec::new(),
        }
    }
}

/// One value a day from the first sale to yesterday; today is not over.
fn series(known: &Known) -> Vec<f64> {
    let oldest = known
        .today
        .checked_sub_days(Days::new(LONGEST))
        .unwrap_or(known.today);
    let sold = || {
        known
            .sales
            .iter()
            .filter(|(day, units)| *units > 0 && *day >= oldest && *day < known.today)
    };
    let Some(first) = sold().map(|(day, _)| *day).min() else {
        return Vec::new();
    };
    let place = |day: NaiveDate| usize::try_from(day.signed_duration_since(first).num_days()).unwrap_or(0);
    let mut series = vec![0.0; place(known.today)];
    for (day, units) in sold() {
        series[place(*day)] += f64::from(*units);
    }
    series
}

fn of_few_days(series: &[f64], known: &Known, horizon: usize) -> Told {
    // Sales of today count here: with few days each matters.
    let today: u32 = known
        .sales
        .iter()
        .filter(|(day, _)| *day == known.today)
        .map(|(_, units)| *units)
        .sum();
    let units = series.iter().sum::<f64>() + f64::from(today);
    let days = series.len() + usize::from(today > 0);
    let rate = Rate::after(&known.prior, units, count(days));
    let (low, high) = rate.interval();
    let source = &known.prior.source;
    let (basis, method) = if days == 0 {
        (DemandBasis::Prior, format!("prior: {source}"))
    } else {
        (
            DemandBasis::FewDays,
            format!("mean of {days} days, weighed against a prior: {source}"),
        )
    };
    Told {
        days: vec![(rate.mean(), low, high); horizon],
        basis,
        method,
        provider: LOCAL,
        effects: Vec::new(),
    }
}

fn of_series(series: &[f64], known: &Known, horizon: usize) -> Told {
    let first = known
        .today
        .checked_sub_days(Days::new(series.len() as u64))
        .unwrap_or(known.today);
    let occasions = occasions(first, series.len() + horizon);
    let asked = Series {
        values: series,
        season: 7,
        signed: false,
        occasions: &occasions,
    };
    let Some(forecast) = forecast(&asked, horizon) else {
        return of_few_days(series, known, horizon);
    };
    let days = (0..horizon)
        .map(|step| {
            let (low, high) = forecast.interval(step, 0.8);
            (forecast.path[step], low, high)
        })
        .collect();
    let methods: Vec<String> = forecast
        .methods
        .iter()
        .map(|(name, weight)| format!("{name} {:.0}%", weight * 100.0))
        .collect();
    let kind = if forecast.intermittent {
        "intermittent demand: "
    } else {
        ""
    };
    Told {
        days,
        basis: DemandBasis::Series,
        method: format!("{kind}{}", methods.join(", ")),
        provider: LOCAL,
        effects: forecast.effects,
    }
}

fn dated(days: &[(f64, f64, f64)], today: NaiveDate) -> Vec<DemandDay> {
    today
        .iter_days()
        .zip(days)
        .map(|(date, &(mean, low, high))| DemandDay {
            date,
            mean: hundredths(mean),
            p10: hundredths(low.min(mean)),
            p90: hundredths(high.max(mean)),
        })
        .collect()
}

/// Known days against those that would make it half sure, times how narrow the horizon's sum is.
fn confidence(days: &[(f64, f64, f64)], known: usize) -> f64 {
    let total: f64 = days.iter().map(|day| day.0).sum();
    let spread = days
        .iter()
        .map(|(_, low, high)| ((high - low) / 2.0).powi(2))
        .sum::<f64>()
        .sqrt();
    if known == 0 || total <= 0.0 {
        return 0.0;
    }
    hundredths(count(known) / (count(known) + HALF_SURE) * total / (total + spread))
}

/// The last four weeks against the four before; of a shorter series its halves.
fn trend(series: &[f64]) -> TrendDirection {
    let half = (series.len() / 2).min(SPEAKS);
    if half < SPEAKS / 4 {
        return TrendDirection::Unknown;
    }
    let (before, late) = series[series.len() - 2 * half..].split_at(half);
    let (before, late): (f64, f64) = (before.iter().sum(), late.iter().sum());
    // Of counts that come by chance, the difference varies by their sum.
    match (late - before) / (late + before).max(1.0).sqrt() {
        change if change > CLEAR => TrendDirection::Rising,
        change if change < -CLEAR => TrendDirection::Falling,
        _ => TrendDirection::Stable,
    }
}

fn seasonal_factor(days: &[(f64, f64, f64)], series: &[f64]) -> f64 {
    let year = &series[series.len().saturating_sub(365)..];
    let usual = year.iter().sum::<f64>() / count(year.len().max(1));
    if series.len() < SPEAKS || usual <= 0.0 {
        return 1.0;
    }
    let mean = days.iter().map(|day| day.0).sum::<f64>() / count(days.len().max(1));
    hundredths(mean / usual)
}

fn recommendations(
    told: &Told,
    known: &Known,
    trend: TrendDirection,
    horizon: usize,
    series: &[f64],
) -> Vec<String> {
    let total: f64 = told.days.iter().map(|day| day.0).sum();
    let mut said = vec![match told.basis {
        DemandBasis::Series => format!(
            "Have about {:.0} pieces ready for these {horizon} days.",
            total.ceil()
        ),
        DemandBasis::FewDays => {
            "Only a few days of sales are known: do not stock up on this forecast alone.".to_owned()
        }
        DemandBasis::Prior => {
            "Nothing of this kind was sold here yet: this is an expectation, not a measurement.".to_owned()
        }
    }];
    match trend {
        TrendDirection::Rising => {
            said.push("Sales rise: the last weeks sold clearly more than those before.".to_owned());
        }
        TrendDirection::Falling => {
            said.push("Sales fall: the last weeks sold clearly less than those before.".to_owned());
        }
        TrendDirection::Stable | TrendDirection::Unknown => {}
    }
    let lately: f64 = series[series.len().saturating_sub(SPEAKS)..].iter().sum();
    if known.interest >= 50 && lately * 100.0 < f64::from(known.interest) {
        said.push(format!(
            "People look ({} times in four weeks) but seldom buy: look at price, photos and description.",
            known.interest
        ));
    }
    said.extend(coming(known.today, horizon).into_iter().map(|(day, festival)| {
        let name = festival.name();
        match told.effects.iter().find(|effect| effect.name == name) {
            Some(effect) => format!(
                "{name} is on {day}: just before it sales of this kind were {:+.0}% so far.",
                effect.lift * 100.0
            ),
            None => format!("{name} is on {day}; what it does to sales of this kind is not known."),
        }
    }));
    said
}

fn hundredths(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

#[expect(clippy::cast_precision_loss, reason = "a number of days")]
fn count(days: usize) -> f64 {
    days as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(ago: u64) -> NaiveDate {
        today().checked_sub_days(Days::new(ago)).unwrap()
    }

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 8, 1).unwrap()
    }

    fn ask(time_horizon: u16) -> DemandRequest {
        DemandRequest {
            category: "pottery".into(),
            subcategory: None,
            region: None,
            time_horizon,
        }
    }

    fn known(sales: Vec<(NaiveDate, u32)>) -> Known {
        Known {
            sales,
            interest: 0,
            prior: Prior {
                rate: 0.1,
                source: "a default".into(),
            },
            today: today(),
        }
    }

    #[test]
    fn without_sales_the_prior_speaks_and_says_so() {
        let told = outlook(ask(30), &known(Vec::new()), None);
        assert_eq!(told.basis, DemandBasis::Prior);
        assert_eq!(told.method, "prior: a default");
        assert!((told.predicted_demand - 3.0).abs() < 1e-9);
        assert!(told.confidence.abs() < 1e-9);
        assert_eq!(told.trend_direction, TrendDirection::Unknown);
    }

    #[test]
    fn a_single_sale_makes_no_flood() {
        let told = outlook(ask(30), &known(vec![(day(1), 1)]), None);
        assert_eq!(told.basis, DemandBasis::FewDays);
        assert!(told.predicted_demand < 10.0, "{}", told.predicted_demand);
    }

    #[test]
    fn a_steady_series_goes_on() {
        let sales = (1..200)
            .map(|ago| (day(ago), 3 + u32::from(ago % 2 == 0)))
            .collect();
        let told = outlook(ask(14), &known(sales), None);
        assert_eq!(told.basis, DemandBasis::Series);
        assert!(
            (told.predicted_demand - 49.0).abs() < 5.0,
            "{}",
            told.predicted_demand
        );
        assert_eq!(told.forecast.len(), 14);
        assert_eq!(told.forecast[0].date, today());
        assert!(
            told.forecast
                .iter()
                .all(|day| day.p10 <= day.mean && day.mean <= day.p90)
        );
        assert_eq!(told.trend_direction, TrendDirection::Stable);
        assert_eq!((told.series_length, told.sample_size), (199, 696));
        assert!(told.confidence > 0.3);
    }

    #[test]
    fn a_rise_is_seen() {
        let sales = (1..90)
            .map(|ago| (day(ago), if ago < 29 { 6 } else { 2 }))
            .collect();
        assert_eq!(
            outlook(ask(7), &known(sales), None).trend_direction,
            TrendDirection::Rising
        );
    }

    #[test]
    fn festivals_ahead_are_named() {
        let told = outlook(ask(100), &known(Vec::new()), None);
        let said = told.recommendations.join(" ");
        assert!(said.contains("Raksha Bandhan is on 2026-08-28"), "{said}");
        assert!(said.contains("Diwali is on 2026-11-08"), "{said}");
    }
}
