//! The theta method (Assimakopoulos and Nikolopoulos 2000): simple smoothing with half of the long-run slope.

use std::ops::Range;

use super::smoothing::Damped;

/// A smoothed level and the slope of a line through what came before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Theta {
    smoothing: Damped,
}

/// The part of the slope that goes on: 1 - 1/theta, theta being 2.
const SHARE: f64 = 0.5;

impl Theta {
    pub(crate) const fn of(smoothing: Damped) -> Self {
        Self { smoothing }
    }

    pub(crate) fn roll(&self, values: &[f64], origins: &Range<usize>, horizon: usize) -> Vec<f64> {
        let mut paths = self.smoothing.roll(values, origins, horizon);
        for (path, known) in paths.chunks_mut(horizon).zip(origins.clone()) {
            let slope = SHARE * slope(&values[..known]);
            let mut drift = 0.0;
            for ahead in path {
                drift += slope;
                *ahead += drift;
            }
        }
        paths
    }
}

/// The least-squares slope.
#[expect(clippy::cast_precision_loss, reason = "positions in a series")]
pub(crate) fn slope(values: &[f64]) -> f64 {
    let count = values.len() as f64;
    if values.len() < 2 {
        return 0.0;
    }
    let middle = (count - 1.0) / 2.0;
    let (mut both, mut own) = (0.0, 0.0);
    for (at, value) in values.iter().enumerate() {
        let from = at as f64 - middle;
        both += from * value;
        own += from * from;
    }
    both / own
}
