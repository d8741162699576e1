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
/// What a cycle counts for against the one after it.
const FADING: f64 = 0.8;

/// A moment of an earlier cycle.
struct Earlier {
    then: usize,
    /// Where the series stood then.
    standing: f64,
    weight: f64,
}

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
        let earlier = self.earlier(values, known);
        // Beyond one cycle the path repeats.
        let cycle = whole(self.period);
        paths.extend((0..horizon).map(|step| standing + share * moved(values, &earlier, step % cycle)));
    }

    fn standing(&self, values: &[f64], known: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a small count")]
        let count = self.standing as f64;
        values[known - self.standing..known].iter().sum::<f64>() / count
    }

    /// The same moment of earlier cycles, later cycles counting more; the weights sum to one.
    fn earlier(&self, values: &[f64], known: usize) -> Vec<Earlier> {
        let cycle = whole(self.period);
        let (mut earlier, mut weight, mut age) = (Vec::with_capacity(CYCLES), 1.0, 0.0);
        for _ in 0..CYCLES {
            age += self.period;
            let then = back(known, age).min(known - cycle);
            if then < self.standing {
                break;
            }
            let standing = self.standing(values, then);
            earlier.push(Earlier {
                then,
                standing,
                weight,
            });
            weight *= FADING;
        }
        let total: f64 = earlier.iter().map(|one| one.weight).sum();
        for one in &mut earlier {
            one.weight /= total;
        }
        earlier
    }

    /// How much of those moves came true so far.
    fn share(&self, values: &[f64], fitted_to: usize, horizon: usize) -> f64 {
        let first = whole(self.period) + self.standing + 1;
        let step = horizon.min(whole(self.period)) / 2;
        let (mut both, mut told) = (0.0, 0.0);
        let end = fitted_to.saturating_sub(step);
        let stride = (end.saturating_sub(first) / 60).max(1);
        for known in (first..end).step_by(stride) {
            let moved = moved(values, &self.earlier(values, known), step);
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

/// The mean move to `step` steps after these moments.
fn moved(values: &[f64], earlier: &[Earlier], step: usize) -> f64 {
    earlier
        .iter()
        .map(|one| one.weight * (values[one.then + step] - one.standing))
        .sum()
}
