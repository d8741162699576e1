//! How candidates would have done: forecasts from many earlier moments, compared with what came.

use std::ops::Range;

use super::candidates::{Candidate, Method};

/// From which moments, how far ahead, and by which error.
pub(crate) struct Trial<'a> {
    pub(crate) values: &'a [f64],
    /// How many values are known at each origin.
    pub(crate) origins: Range<usize>,
    pub(crate) horizon: usize,
    /// Judge the sum up to each step rather than the step: where most periods are empty, the sum is what matters.
    pub(crate) by_sums: bool,
}

/// A candidate's forecasts in a trial.
pub(crate) struct Tried {
    pub(crate) method: Method,
    /// From every origin, `horizon` each.
    pub(crate) paths: Vec<f64>,
    /// The mean absolute error.
    pub(crate) error: f64,
    /// From the last known value on.
    pub(crate) path: Vec<f64>,
}

/// How much the latest forecasts count beside all.
const LATE: f64 = 0.3;

impl<'a> Trial<'a> {
    /// From a third of the series, at least half a season's worth where there is one and at most two years of weeks.
    pub(crate) fn of(values: &'a [f64], horizon: usize, by_sums: bool) -> Self {
        let length = values.len();
        let ahead = horizon.min(length / 4).max(1);
        let count = (length / 3).min(156).max(ahead);
        Self {
            values,
            origins: length - count..length,
            horizon: ahead,
            by_sums,
        }
    }

    /// `None` when the candidate cannot forecast from the first origin.
    pub(crate) fn of_candidate(&self, candidate: &Candidate<'_>, horizon: usize) -> Option<Tried> {
        let length = self.values.len();
        let learned = self.origins.start;
        let (paths, path) = if self.horizon == horizon {
            // Once for the trial and for what is asked: the last path begins where the series ends.
            let mut paths = candidate.roll(learned, &(learned..length + 1), horizon)?;
            let path = paths.split_off(paths.len() - horizon);
            (paths, path)
        } else {
            let paths = candidate.roll(learned, &self.origins, self.horizon)?;
            (paths, candidate.roll(length, &(length..length + 1), horizon)?)
        };
        let error = self.error(&paths);
        let sane = error.is_finite() && path.iter().all(|value| value.is_finite());
        sane.then_some(Tried {
            method: candidate.method,
            paths,
            error,
            path,
        })
    }

    /// The mean over the steps of the mean absolute error at each, with weight on the latest origins.
    fn error(&self, paths: &[f64]) -> f64 {
        let late = self.values.len().saturating_sub(3 * self.horizon);
        (1.0 - LATE) * self.error_from(paths, 0) + LATE * self.error_from(paths, late)
    }

    fn error_from(&self, paths: &[f64], first: usize) -> f64 {
        let mut sums = vec![(0.0, 0.0); self.horizon];
        for (path, known) in paths.chunks(self.horizon).zip(self.origins.clone()) {
            if known < first {
                continue;
            }
            let mut total = 0.0;
            for ((forecast, truth), (sum, count)) in path.iter().zip(&self.values[known..]).zip(&mut sums) {
                total += truth - forecast;
                *sum += if self.by_sums {
                    total.abs()
                } else {
                    (truth - forecast).abs()
                };
                *count += 1.0;
            }
        }
        let means = sums
            .iter()
            .filter(|(_, count)| *count > 0.0)
            .map(|(sum, count)| sum / count);
        super::measures::mean(means)
    }
}
