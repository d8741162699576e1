//! What followed the same moment of earlier cycles, carried over to now.

use std::ops::Range;

use super::season::{back, whole};

/// The moves of earlier cycles from where they stood then.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Analog {
    pub(crate) period: f64,
    /// Over how many values the standing is taken.
    pub(crate) standing: usize,
}

/// At most this many cycles back.
const CYCLES: usize = 6;

impl Analog {
    /// Forecasts of `horizon` steps from every origin; `None` when a cycle is missing before the first.
    pub(crate) fn roll(
        &self,
        values: &[f64],
        fitted_to: usize,
        origins: &Range<usize>,
        horizon: usize,
    ) -> Option<Vec<f64>> {
        if origins.start < whole(self.period) + self.standing + 1 {
            return None;
        }
        let share = self.share(values, fitted_to, horizon);
        let mut paths = Vec::with_capacity(origins.len() * horizon);
        for known in origins.clone() {
            self.path(values, known, horizon, share, &mut paths);
        }
        Some(paths)
    }

    fn path(&self, values: &[f64], known: usize, horizon: usize, share: f64, paths: &mut Vec<f64>) {
        let standing = self.standing(values, known);
        // Beyond one cycle the path repeats.
        let cycle = whole(self.period);
        for step in 0..horizon {
            let moved = self.moved(values, known, step % cycle);
            paths.push(standing + share * moved);
        }
    }

    fn standing(&self, values: &[f64], known: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let count = self.standing as f64;
        values[known - self.standing..known].iter().sum::<f64>() / count
    }

    /// The mean move to `step` steps after the same moment of earlier cycles, later cycles counting more.
    fn moved(&self, values: &[f64], known: usize, step: usize) -> f64 {
        let (mut sum, mut weights, mut weight) = (0.0, 0.0, 1.0);
        let mut age = 0.0;
        for _ in 0..CYCLES {
            age += self.period;
            let then = back(known, age).min(known - whole(self.period));
            if then < self.standing {
                break;
            }
            sum += weight * (values[then + step] - self.standing(values, then));
            weights += weight;
            weight *= 0.8;
        }
        if weights > 0.0 { sum / weights } else { 0.0 }
    }

    /// How much of those moves came true so far.
    fn share(&self, values: &[f64], fitted_to: usize, horizon: usize) -> f64 {
        let first = whole(self.period) + self.standing + 1;
        let step = horizon.min(whole(self.period)) / 2;
        let (mut both, mut told) = (0.0, 0.0);
        let end = fitted_to.saturating_sub(step);
        let stride = (end.saturating_sub(first) / 60).max(1);
        for known in (first..end).step_by(stride) {
            let moved = self.moved(values, known, step);
            both += moved * (values[known + step] - self.standing(values, known));
            told += moved * moved;
        }
        // As if one tenth of what was seen had spoken for nothing.
        if told > 0.0 {
            (both / (1.1 * told)).clamp(0.0, 1.0)
        } else {
            0.0
        }
    }
}
