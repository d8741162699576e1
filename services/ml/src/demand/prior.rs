//! What is expected before much was sold: a gamma distribution of the daily rate, sharpened by every day (Poisson sales).

/// Where a prior rate comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Prior {
    /// Pieces a day.
    pub(super) rate: f64,
    /// In words, for the answer.
    pub(super) source: String,
}

/// One piece of each listing in ninety days: a default, not a measurement, and the interval about it is as wide as that.
pub(super) const DEFAULT_RATE: f64 = 1.0 / 90.0;
/// Half a sale: what a prior is worth.
const WORTH: f64 = 0.5;
/// Of the normal distribution, for one day in ten on each side.
const NINETY: f64 = 1.2816;

/// The daily rate after some days.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rate {
    shape: f64,
    days: f64,
}

impl Rate {
    pub(super) fn after(prior: &Prior, units: f64, days: f64) -> Self {
        Self {
            shape: WORTH + units,
            days: WORTH / prior.rate.max(1e-9) + days,
        }
    }

    pub(super) fn mean(self) -> f64 {
        self.shape / self.days
    }

    /// Between which one day's pieces lie eight times in ten, the rate not being known either.
    pub(super) fn interval(self) -> (f64, f64) {
        let mean = self.mean();
        // A negative binomial day, as a gamma of the same mean and variance.
        let variance = mean + mean * mean / self.shape;
        let shape = mean * mean / variance;
        (quantile(shape, -NINETY) * mean, quantile(shape, NINETY) * mean)
    }
}

/// A gamma quantile in units of the mean (Wilson and Hilferty 1931).
fn quantile(shape: f64, normal: f64) -> f64 {
    let spread = 1.0 / (9.0 * shape);
    (1.0 - spread + normal * spread.sqrt()).max(0.0).powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prior() -> Prior {
        Prior {
            rate: 0.2,
            source: String::new(),
        }
    }

    #[test]
    fn without_a_day_it_is_the_prior() {
        assert!((Rate::after(&prior(), 0.0, 0.0).mean() - 0.2).abs() < 1e-9);
    }

    #[test]
    fn with_days_it_comes_to_what_was_sold() {
        assert!((Rate::after(&prior(), 300.0, 100.0).mean() - 3.0).abs() < 0.1);
        assert!(Rate::after(&prior(), 0.0, 20.0).mean() < 0.05);
    }

    #[test]
    fn the_interval_holds_the_middle() {
        let (low, high) = Rate::after(&prior(), 300.0, 100.0).interval();
        assert!(
            (0.0..2.0).contains(&low) && (4.0..7.0).contains(&high),
            "{low} {high}"
        );
    }
}
