//! Planted series are found again; whatever finite numbers come, an answer comes.

use proptest::prelude::*;

use super::*;

/// A small generator, so that the series are the same everywhere.
struct Noise(u64);

impl Noise {
    /// Between -1 and 1.
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        #[expect(clippy::cast_precision_loss, reason = "31 bits")]
        let part = (self.0 >> 33) as f64 / (1_u64 << 31) as f64;
        2.0 * part - 1.0
    }
}

#[expect(clippy::cast_precision_loss, reason = "a small number")]
fn planted(length: usize, value: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let mut noise = Noise(42);
    (0..length).map(|at| value(at as f64, noise.next())).collect()
}

fn ask(values: &[f64], season: usize) -> Series<'_> {
    Series {
        values,
        season,
        signed: false,
        occasions: &[],
    }
}

/// Of the mean absolute error of a forecast, and of repeating the last value, over what was held back.
fn errors(values: &[f64], season: usize, horizon: usize) -> (f64, f64, Forecast) {
    let (history, truth) = values.split_at(values.len() - horizon);
    let forecast = forecast(&ask(history, season), horizon).unwrap();
    let last = history[history.len() - 1];
    let error = |path: &mut dyn Iterator<Item = f64>| {
        measures::mean(path.zip(truth).map(|(forecast, truth)| (forecast - truth).abs()))
    };
    (
        error(&mut forecast.path.iter().copied()),
        error(&mut std::iter::repeat(last)),
        forecast,
    )
}

fn turn(at: f64, period: f64) -> f64 {
    (at / period * std::f64::consts::TAU).sin()
}

#[test]
fn a_planted_trend_goes_on() {
    let values = planted(160, |at, noise| 100.0 + 3.0 * at + 4.0 * noise);
    let (error, naive, _) = errors(&values, 1, 12);
    assert!(error < 0.4 * naive, "{error} {naive}");
}

#[test]
fn a_planted_week_comes_again() {
    let values = planted(210, |at, noise| 50.0 + 20.0 * turn(at, 7.0) + 3.0 * noise);
    for season in [1, 7] {
        let (error, _, forecast) = errors(&values, season, 14);
        assert!(error < 3.0, "season {season}: {error} {:?}", forecast.methods);
    }
}

#[test]
fn a_year_of_weeks_is_found_without_being_told() {
    let values = planted(260, |at, noise| {
        500.0 + at + 120.0 * turn(at, 365.25 / 7.0) + 15.0 * noise
    });
    let (error, naive, forecast) = errors(&values, 1, 13);
    assert!(error < 0.35 * naive, "{error} {naive} {:?}", forecast.methods);
    assert!((forecast.seasons[0] - 52.18).abs() < 0.01);
}

#[test]
fn a_day_and_a_week_of_hours_are_found_together() {
    let values = planted(24 * 7 * 5, |at, noise| {
        300.0 + 80.0 * turn(at, 24.0) + 60.0 * turn(at, 168.0) + 10.0 * noise
    });
    let (error, naive, forecast) = errors(&values, 24, 48);
    assert!(error < 0.25 * naive, "{error} {naive} {:?}", forecast.methods);
}

#[test]
fn rare_demand_is_forecast_by_its_sum() {
    let values = planted(
        400,
        |_, noise| if noise > 0.8 { (10.0 * noise).floor() } else { 0.0 },
    );
    let (history, truth) = values.split_at(344);
    let forecast = forecast(&ask(history, 7), 56).unwrap();
    assert!(forecast.intermittent);
    let (told, came): (f64, f64) = (forecast.path.iter().sum(), truth.iter().sum());
    assert!(
        (told - came).abs() < 0.5 * came,
        "{told} {came} {:?}",
        forecast.methods
    );
}

#[test]
fn a_festival_lifts_the_days_before_it() {
    let mark = |at: usize| {
        f64::from(u8::from(
            [200, 565, 930].iter().any(|day| (day - 10..*day).contains(&at)),
        ))
    };
    let mut noise = Noise(7);
    let values: Vec<f64> = (0..900)
        .map(|at| (20.0 + 4.0 * noise.next()) * (1.0 + 0.7 * mark(at)))
        .collect();
    let occasions = [Occasion {
        name: "festival",
        marks: (0..940).map(mark).collect(),
    }];
    let series = Series {
        occasions: &occasions,
        ..ask(&values, 7)
    };
    let forecast = forecast(&series, 40).unwrap();
    let (plain, lifted) = (forecast.path[5], forecast.path[25]);
    assert!((lifted / plain - 1.7).abs() < 0.25, "{plain} {lifted}");
    assert_eq!(forecast.effects[0].name, "festival");
}

#[test]
fn intervals_cover_what_they_promise() {
    let (mut inside, mut count) = ([0.0, 0.0], 0.0);
    for seed in 0..60_u64 {
        let mut noise = Noise(seed * 977 + 1);
        let mut level = 200.0;
        let values: Vec<f64> = (0..200)
            .map(|_| {
                level += 4.0 * noise.next();
                level + 6.0 * noise.next()
            })
            .collect();
        let (history, truth) = values.split_at(190);
        let forecast = forecast(&ask(history, 1), 10).unwrap();
        for (step, truth) in truth.iter().enumerate() {
            count += 1.0;
            for (cell, coverage) in inside.iter_mut().zip([0.8, 0.95]) {
                let (low, high) = forecast.interval(step, coverage);
                *cell += f64::from(u8::from((low..=high).contains(truth)));
            }
        }
    }
    assert!((inside[0] / count - 0.8).abs() < 0.08, "{}", inside[0] / count);
    assert!((inside[1] / count - 0.95).abs() < 0.05, "{}", inside[1] / count);
}

#[test]
fn the_same_series_gets_the_same_answer() {
    let values = planted(120, |at, noise| 10.0 + turn(at, 7.0) + noise);
    let told = || forecast(&ask(&values, 7), 30).unwrap();
    assert_eq!(format!("{:?}", told()), format!("{:?}", told()));
}

#[test]
fn of_nothing_nothing_is_told() {
    assert!(forecast(&ask(&[], 7), 30).is_none());
    assert!(forecast(&ask(&[1.0], 7), 0).is_none());
}

fn sane(values: &[f64], season: usize, horizon: usize, signed: bool) -> Result<(), TestCaseError> {
    let series = Series {
        signed,
        ..ask(values, season)
    };
    let forecast = forecast(&series, horizon).unwrap();
    prop_assert_eq!(forecast.path.len(), horizon);
    for (step, &value) in forecast.path.iter().enumerate() {
        prop_assert!(value.is_finite());
        prop_assert!(signed || value >= 0.0);
        let intervals = [0.5, 0.8, 0.95].map(|coverage| forecast.interval(step, coverage));
        for (inner, outer) in intervals.iter().zip(&intervals[1..]) {
            prop_assert!(outer.0 <= inner.0 && inner.1 <= outer.1, "{:?}", intervals);
        }
        for (low, high) in intervals {
            prop_assert!(low.is_finite() && high.is_finite());
            prop_assert!(low <= value && value <= high, "{} {} {}", low, value, high);
            prop_assert!(signed || low >= 0.0);
        }
    }
    let total: f64 = forecast.methods.iter().map(|(_, weight)| weight).sum();
    prop_assert!((total - 1.0).abs() < 1e-6);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_finite_series_is_answered(
        values in prop::collection::vec(prop_oneof![any::<f64>().prop_filter("finite", |value| value.is_finite()), -1e3..1e3, Just(0.0)], 1..140),
        season in 0usize..60,
        horizon in 1usize..80,
        signed: bool,
    ) {
        sane(&values, season, horizon, signed)?;
    }

    #[test]
    fn any_demand_is_answered(
        values in prop::collection::vec(prop_oneof![3 => Just(0.0), 2 => (0u8..20).prop_map(f64::from)], 1..500),
        horizon in 1usize..366,
    ) {
        sane(&values, 7, horizon, false)?;
    }
}
