use super::portion::share;

/// Fewer days at a price say nothing about it.
const FEWEST_DAYS: u32 = 14;
/// Fewer pieces in all say nothing about demand.
const FEWEST_UNITS: u64 = 20;
/// Fewer pieces at a price say nothing about it; two prices must have so many.
const FEWEST_EACH: u64 = 5;
/// Prices closer together than this, in hundredths of a percent, are one price.
const APART: i64 = 300;
/// Elasticities are counted in ten-thousandths.
const ONE: i64 = 10_000;

/// What was sold while one price was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Period {
    /// In minor units.
    pub(crate) price: i64,
    pub(crate) days: u32,
    pub(crate) units: u64,
}

/// How demand answers to the price, where that is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Learned {
    /// The price was never changed, or not long or far enough.
    NeverVaried,
    /// It was changed, but too little was sold.
    TooFewSold(u64),
    /// More was sold at the higher price: something else was at work.
    NotByPrice,
    Known(Elasticity),
}

/// By how many percent demand changes when the price rises by one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Elasticity {
    /// In ten-thousandths; negative.
    value: i64,
    /// The prices that were tried, in minor units.
    lowest: i64,
    highest: i64,
}

impl Learned {
    /// Learns from what was sold at each price: a line through the logarithms, where each price counts by what was
    /// sold at it.
    pub(crate) fn from(periods: &[Period]) -> Self {
        let mut told: Vec<Period> = merged(periods);
        told.retain(|period| period.days >= FEWEST_DAYS && period.price > 0);
        let prices = told.iter().map(|period| period.price);
        let (Some(lowest), Some(highest)) = (prices.clone().min(), prices.max()) else {
            return Self::NeverVaried;
        };
        if highest - lowest <= share(lowest, APART, ONE) {
            return Self::NeverVaried;
        }
        let units: u64 = told.iter().map(|period| period.units).sum();
        let telling = told.iter().filter(|period| period.units >= FEWEST_EACH).count();
        if units < FEWEST_UNITS || telling < 2 {
            return Self::TooFewSold(units);
        }
        let slope = slope(&told);
        if slope >= 0.0 || !slope.is_finite() {
            return Self::NotByPrice;
        }
        #[expect(clippy::cast_possible_truncation, reason = "clamped to what fits")]
        let value = (slope.max(-100.0) * 10_000.0).round() as i64;
        Self::Known(Elasticity {
            value: value.min(-1),
            lowest,
            highest,
        })
    }
}

/// Periods at the same price are one.
fn merged(periods: &[Period]) -> Vec<Period> {
    let mut merged: Vec<Period> = Vec::new();
    for period in periods {
        match merged.iter_mut().find(|known| known.price == period.price) {
            None => merged.push(*period),
            Some(known) => {
                known.days += period.days;
                known.units += period.units;
            }
        }
    }
    merged
}

/// Of the logarithm of pieces a day over that of the price; half a piece more, so that none sold has a logarithm.
#[expect(
    clippy::cast_precision_loss,
    reason = "logarithms, which are no money any more"
)]
fn slope(periods: &[Period]) -> f64 {
    let points = periods.iter().map(|period| {
        let units = period.units as f64 + 0.5;
        (
            (period.price as f64).ln(),
            (units / f64::from(period.days)).ln(),
            units,
        )
    });
    let points: Vec<(f64, f64, f64)> = points.collect();
    let weight: f64 = points.iter().map(|(_, _, weight)| weight).sum();
    let mean_x = points.iter().map(|(x, _, weight)| weight * x).sum::<f64>() / weight;
    let mean_y = points.iter().map(|(_, y, weight)| weight * y).sum::<f64>() / weight;
    let along: f64 = points
        .iter()
        .map(|(x, y, weight)| weight * (x - mean_x) * (y - mean_y))
        .sum();
    let across: f64 = points
        .iter()
        .map(|(x, _, weight)| weight * (x - mean_x).powi(2))
        .sum();
    along / across
}

impl Elasticity {
    /// The price that earns most after costs, among those that were tried, and not below `least`.
    ///
    /// For demand of constant elasticity e that is cost × e / (e + 1); where demand hardly answers (e ≥ -1), the
    /// highest that was tried.
    pub(crate) fn best(&self, cost: i64, least: i64) -> i64 {
        let best = if self.value < -ONE {
            share(cost, -self.value, -self.value - ONE)
        } else {
            self.highest
        };
        best.clamp(self.lowest, self.highest).max(least)
    }

    /// By how many percent more or less is sold at `price` than at `now`.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a ratio of prices, which is no money any more"
    )]
    pub(crate) fn impact(&self, now: i64, price: i64) -> f64 {
        if now <= 0 || price <= 0 {
            return 0.0;
        }
        let ratio = (price as f64 / now as f64).powf(self.value as f64 / ONE as f64);
        ((ratio - 1.0) * 1_000.0).round() / 10.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn period(price: i64, days: u32, units: u64) -> Period {
        Period { price, days, units }
    }

    fn known(periods: &[Period]) -> Elasticity {
        match Learned::from(periods) {
            Learned::Known(elasticity) => elasticity,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_price_that_never_varied_teaches_nothing() {
        assert_eq!(Learned::from(&[]), Learned::NeverVaried);
        assert_eq!(Learned::from(&[period(100, 300, 90)]), Learned::NeverVaried);
        assert_eq!(
            Learned::from(&[period(1000, 60, 90), period(1010, 60, 80)]),
            Learned::NeverVaried
        );
        assert_eq!(
            Learned::from(&[period(1000, 60, 90), period(2000, 13, 80)]),
            Learned::NeverVaried
        );
        assert_eq!(
            Learned::from(&[period(1000, 60, 9), period(2000, 60, 8)]),
            Learned::TooFewSold(17)
        );
        let hardly = [period(1000, 60, 200), period(2000, 60, 4)];
        assert_eq!(
            Learned::from(&hardly),
            Learned::TooFewSold(204),
            "nobody bought at the second price"
        );
        assert_eq!(
            Learned::from(&[period(1000, 60, 20), period(2000, 60, 80)]),
            Learned::NotByPrice
        );
    }

    #[test]
    fn a_planted_elasticity_is_found() {
        // Twice the price, an eighth of the pieces: minus three.
        let elasticity = known(&[period(100_000, 100, 8_000), period(200_000, 100, 1_000)]);
        assert!((elasticity.value + 30_000).abs() < 50, "{elasticity:?}");
        assert_eq!(elasticity.best(80_000, 80_000) / 100, 1200, "cost × 3 / 2");
        assert_eq!(
            elasticity.best(10_000, 10_000),
            100_000,
            "not below what was tried"
        );
        assert_eq!(
            elasticity.best(900_000, 900_000),
            900_000,
            "never below the costs"
        );
        let impact = elasticity.impact(100_000, 120_000);
        assert!((impact + 42.1).abs() < 0.5, "{impact}");
    }

    #[test]
    fn where_demand_hardly_answers_the_highest_tried_price_is_best() {
        let elasticity = known(&[period(100_000, 100, 100), period(200_000, 100, 90)]);
        assert_eq!(elasticity.best(50_000, 50_000), 200_000);
    }

    proptest! {
        #[test]
        fn the_best_price_pays_the_costs(
            low in 1_000_i64..1_000_000, step in 1_000_i64..1_000_000, first in 20_u64..10_000, second in 0_u64..10_000,
            cost in 0_i64..10_000_000,
        ) {
            let periods = [period(low, 30, first), period(low + step, 30, second)];
            if let Learned::Known(elasticity) = Learned::from(&periods) {
                prop_assert!(elasticity.best(cost, cost) >= cost);
                prop_assert!(elasticity.impact(low, low + step) <= 0.0);
            }
        }
    }
}
