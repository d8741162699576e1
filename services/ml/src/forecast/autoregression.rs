//! Changes explained by the changes before them and by the distance to recent means; shrunk to the naive forecast.

use std::ops::Range;

use super::linear::Normal;

/// What a change is explained by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Autoregression {
    /// How many changes back.
    pub(crate) lags: usize,
    /// The recent means, by how many values they take in, to which the series may return.
    pub(crate) means: [usize; 2],
    /// What an observation counts for when it is one step older.
    pub(crate) memory: f64,
    /// How many observations the belief that nothing explains anything is worth.
    pub(crate) prior: f64,
}

/// How many origins use the same coefficients: they hardly change from one to the next.
const REST: usize = 4;

impl Autoregression {
    /// Eight changes, a recent mean and a longer one.
    pub(crate) const SHORT: Self = Self {
        lags: 8,
        means: [4, 26],
        memory: 0.995,
        prior: 10.0,
    };
    /// Fewer changes, longer means.
    pub(crate) const LONG: Self = Self {
        lags: 4,
        means: [13, 26],
        ..Self::SHORT
    };

    /// Forecasts of `horizon` steps from every origin, the coefficients being learned anew at each.
    pub(crate) fn roll(&self, values: &[f64], origins: &Range<usize>, horizon: usize) -> Option<Vec<f64>> {
        let first = self.first();
        if origins.start <= first + 8 {
            return None;
        }
        let sums = running_sums(values);
        let width = self.lags + self.means.len() + 1;
        let mut normal = Normal::new(width);
        let mut row = vec![0.0; width];
        let mut paths = Vec::with_capacity(origins.len() * horizon);
        let mut weights = Vec::new();
        for known in first..origins.end {
            if known >= origins.start {
                if (known - origins.start).is_multiple_of(REST) || known + 1 == origins.end {
                    weights = normal.solve(self.prior)?;
                }
                self.path(&weights, &values[..known], horizon, &mut paths);
            }
            if known + 1 < origins.end {
                self.explain(&values[..known], &sums[..=known], &mut row);
                normal.discount(self.memory);
                normal.observe(&row, values[known] - values[known - 1], 1.0);
            }
        }
        Some(paths)
    }

    /// The first value that everything before it explains.
    fn first(&self) -> usize {
        self.means.iter().copied().max().unwrap_or(1).max(self.lags + 1)
    }

    fn explain(&self, known: &[f64], sums: &[f64], row: &mut [f64]) {
        let end = known.len();
        for (lag, cell) in row.iter_mut().take(self.lags).enumerate() {
            *cell = known[end - 1 - lag] - known[end - 2 - lag];
        }
        for (&mean, cell) in self.means.iter().zip(&mut row[self.lags..]) {
            #[expect(clippy::cast_precision_loss, reason = "a count of values")]
            let over = (sums[end] - sums[end - mean]) / mean as f64;
            *cell = over - known[end - 1];
        }
        row[self.lags + self.means.len()] = 1.0;
    }

    fn path(&self, weights: &[f64], known: &[f64], horizon: usize, paths: &mut Vec<f64>) {
        let need = self.first() + 1;
        let mut recent = known[known.len().saturating_sub(need)..].to_vec();
        let mut sums = running_sums(&recent);
        let mut row = vec![0.0; weights.len()];
        for _ in 0..horizon {
            self.explain(&recent, &sums, &mut row);
            let change: f64 = row.iter().zip(weights).map(|(a, b)| a * b).sum();
            let next = recent[recent.len() - 1] + change;
            recent.push(next);
            sums.push(sums[sums.len() - 1] + next);
            paths.push(next);
        }
    }
}

/// `sums[i]` is the sum of the first `i` values.
fn running_sums(values: &[f64]) -> Vec<f64> {
    let mut sum = 0.0;
    std::iter::once(0.0)
        .chain(values.iter().map(|value| {
            sum += value;
            sum
        }))
        .collect()
}
