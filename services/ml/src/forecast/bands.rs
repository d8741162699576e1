//! How far from a forecast the truth may lie, learned from how far it lay in the trials.

use std::ops::Range;

/// The spread of what may come about a forecast.
#[derive(Debug, Clone)]
pub(super) struct Bands {
    /// The typical error at each step ahead, in units of the series.
    sizes: Vec<f64>,
    /// Errors of the trials in units of the typical error at their step, in order.
    shape: Vec<f64>,
    /// By how much the trials are too hopeful: the weights were learned from the same errors.
    caution: f64,
}

/// What the errors of a forecast were, from many origins.
pub(super) struct Errors<'a> {
    pub(super) values: &'a [f64],
    pub(super) origins: Range<usize>,
    pub(super) horizon: usize,
    /// Forecasts from every origin.
    pub(super) paths: &'a [f64],
}

/// How much a new change counts in what a typical change is.
const FRESH: f64 = 0.06;

impl Bands {
    /// Learns from the errors, for `horizon` steps ahead.
    pub(super) fn learn(errors: &Errors<'_>, horizon: usize) -> Self {
        let changes = typical_changes(errors.values);
        let growth = growth(errors, &changes);
        let mut shape = Vec::new();
        for (path, known) in errors.paths.chunks(errors.horizon).zip(errors.origins.clone()) {
            for ((forecast, truth), size) in path.iter().zip(&errors.values[known..]).zip(&growth) {
                shape.push((truth - forecast) / (changes[known - 1] * size));
            }
        }
        shape.sort_by(f64::total_cmp);
        let now = changes[changes.len() - 1];
        #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
        let sizes = (0..horizon)
            .map(|step| match growth.get(step) {
                Some(size) => now * size,
                // Farther than was ever tried: as errors of a random walk grow.
                None => now * growth[growth.len() - 1] * ((step + 1) as f64 / growth.len() as f64).sqrt(),
            })
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a number of origins")]
        let caution = 1.0 + 1.0 / (errors.origins.len().max(1) as f64).sqrt();
        Self {
            sizes,
            shape,
            caution,
        }
    }

    /// The interval that covers the truth with that probability, as distances from the forecast at a step.
    pub(super) fn around(&self, step: usize, coverage: f64) -> (f64, f64) {
        let size = self.sizes[step] * self.caution;
        let tail = (1.0 - coverage) / 2.0;
        let (low, high) = (
            quantile(&self.shape, tail).min(0.0),
            quantile(&self.shape, 1.0 - tail).max(0.0),
        );
        let both = f64::midpoint(high, -low);
        (
            -size * f64::midpoint(both, -low),
            size * f64::midpoint(both, high),
        )
    }
}

/// After each value, how much the series changes from one value to the next: lately, but never less than a part of what
/// it did on the whole.
fn typical_changes(values: &[f64]) -> Vec<f64> {
    let mut total = 0.0;
    let mut lately = 0.0;
    let mut count = 0.0;
    let mut last = values[0];
    values
        .iter()
        .map(|&value| {
            let change = (value - last).abs();
            last = value;
            total += change;
            count += 1.0;
            let fresh = f64::max(FRESH, 1.0 / count);
            lately += fresh * (change - lately);
            (lately.max(0.0).sqrt() * (total / count).sqrt()).max(1e-9)
        })
        .collect()
}

/// The mean absolute error at each step in units of the typical change; never less than at the step before.
fn growth(errors: &Errors<'_>, changes: &[f64]) -> Vec<f64> {
    let mut sums = vec![(0.0, 0.0); errors.horizon];
    for (path, known) in errors.paths.chunks(errors.horizon).zip(errors.origins.clone()) {
        for ((forecast, truth), (sum, count)) in path.iter().zip(&errors.values[known..]).zip(&mut sums) {
            *sum += (truth - forecast).abs() / changes[known - 1];
            *count += 1.0;
        }
    }
    let mut most: f64 = 1e-9;
    sums.into_iter()
        .map(|(sum, count)| {
            if count > 0.0 {
                most = most.max(sum / count);
            }
            most
        })
        .collect()
}

/// Between the two nearest; beyond the ends of few errors a little farther than the farthest.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places in a list"
)]
fn quantile(sorted: &[f64], part: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let place = part * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}
