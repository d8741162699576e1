//! Demand that mostly is none: how much at a time, and how often, smoothed apart.

use std::ops::Range;

/// How often demand comes is learned from the gaps between demands, or from every period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Intermittent {
    /// Croston's method with the correction of Syntetos and Boylan (2005): learns only when demand comes.
    Croston,
    /// Teunter, Syntetos and Babai (2011): learns in every period, so that what nobody buys any more fades.
    Fading,
}

/// Smoothing constants that are tried.
const CONSTANTS: [f64; 4] = [0.03, 0.08, 0.15, 0.3];

impl Intermittent {
    /// One flat forecast from every origin.
    pub(crate) fn roll(
        self,
        values: &[f64],
        fitted_to: usize,
        origins: &Range<usize>,
        horizon: usize,
    ) -> Vec<f64> {
        let constant = self.fit(&values[..fitted_to], horizon);
        let levels = self.levels(values, constant);
        origins
            .clone()
            .flat_map(|known| std::iter::repeat_n(levels[known - 1], horizon))
            .collect()
    }

    /// The constant whose forecasts of the coming `horizon` periods' sum err least in the square.
    fn fit(self, values: &[f64], horizon: usize) -> f64 {
        let ahead = horizon.clamp(1, (values.len() / 4).max(1));
        let loss = |constant: f64| {
            let levels = self.levels(values, constant);
            let mut sum: f64 = values.iter().take(ahead).sum();
            let mut loss = 0.0;
            for at in ahead..values.len() {
                // The sum is that of the `ahead` values after the one at `at - ahead`.
                sum += values[at] - values[at - ahead];
                if at - ahead >= values.len() / 8 {
                    #[expect(clippy::cast_precision_loss, reason = "a number of periods")]
                    let expected = levels[at - ahead] * ahead as f64;
                    loss += (sum - expected).powi(2);
                }
            }
            loss
        };
        CONSTANTS
            .into_iter()
            .map(|constant| (constant, loss(constant)))
            .min_by(|a, b| a.1.total_cmp(&b.1))
            .map_or(CONSTANTS[1], |(constant, _)| constant)
    }

    /// The demand a period that is expected after each value.
    fn levels(self, values: &[f64], constant: f64) -> Vec<f64> {
        let come = values.iter().filter(|value| **value != 0.0);
        #[expect(clippy::cast_precision_loss, reason = "a number of periods")]
        let (count, periods) = (come.clone().count() as f64, values.len() as f64);
        if count == 0.0 {
            return vec![0.0; values.len()];
        }
        let mut size = come.take(4).sum::<f64>() / count.min(4.0);
        let mut often = Often::new(self, count / periods);
        values
            .iter()
            .map(|&value| {
                if value != 0.0 {
                    size += constant * (value - size);
                }
                often.hears(value != 0.0, constant);
                size * often.chance(constant)
            })
            .collect()
    }
}

/// How often demand comes.
enum Often {
    Gap { mean: f64, since: f64 },
    Chance(f64),
}

impl Often {
    fn new(method: Intermittent, chance: f64) -> Self {
        match method {
            Intermittent::Croston => Self::Gap {
                mean: 1.0 / chance,
                since: 0.0,
            },
            Intermittent::Fading => Self::Chance(chance),
        }
    }

    fn hears(&mut self, came: bool, constant: f64) {
        match self {
            Self::Gap { mean, since } => {
                *since += 1.0;
                if came {
                    *mean += constant * (*since - *mean);
                    *since = 0.0;
                }
            }
            Self::Chance(chance) => *chance += constant * (f64::from(u8::from(came)) - *chance),
        }
    }

    fn chance(&self, constant: f64) -> f64 {
        match self {
            Self::Gap { mean, .. } => (1.0 - constant / 2.0) / mean,
            Self::Chance(chance) => *chance,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn every_fourth() -> Vec<f64> {
        (0..200).map(|day| if day % 4 == 0 { 6.0 } else { 0.0 }).collect()
    }

    #[test]
    fn both_find_the_mean_demand() {
        for method in [Intermittent::Croston, Intermittent::Fading] {
            let level = method.roll(&every_fourth(), 200, &(200..201), 1)[0];
            assert!((level - 1.5).abs() < 0.35, "{method:?} {level}");
        }
    }

    #[test]
    fn what_nobody_buys_any_more_fades() {
        let mut values = every_fourth();
        values.extend([0.0; 120]);
        let after = Intermittent::Fading.roll(&values, 320, &(320..321), 1)[0];
        assert!(after < 0.3, "{after}");
    }

    #[test]
    fn no_demand_is_none() {
        assert_eq!(
            Intermittent::Croston.roll(&[0.0; 30], 30, &(30..31), 2),
            [0.0, 0.0]
        );
    }
}
