//! How far a series stands from where it stood one cycle before, and how that goes on.

use std::ops::Range;

use super::{autoregression::Autoregression, season::whole, smoothing::Damped};

/// How the difference goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Apart {
    Smoothed,
    Regressed,
}

/// Forecasts the difference to the cycle before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Yearly {
    pub(crate) period: f64,
    pub(crate) apart: Apart,
}

impl Yearly {
    pub(crate) fn roll(
        &self,
        values: &[f64],
        learned: usize,
        origins: &Range<usize>,
        horizon: usize,
    ) -> Option<Vec<f64>> {
        let cycle = whole(self.period);
        if cycle == 0 || learned < cycle + 4 || origins.start < cycle + 12 {
            return None;
        }
        let apart: Vec<f64> = values
            .iter()
            .zip(&values[cycle..])
            .map(|(before, now)| now - before)
            .collect();
        let here = origins.start - cycle..origins.end - cycle;
        let mut paths = match self.apart {
            Apart::Smoothed => {
                Damped::fit(&apart[..learned - cycle], horizon, false).roll(&apart, &here, horizon)
            }
            Apart::Regressed => Autoregression::LONG.roll(&apart, &here, horizon)?,
        };
        for (path, known) in paths.chunks_mut(horizon).zip(origins.clone()) {
            for step in 0..horizon {
                path[step] += match step.checked_sub(cycle) {
                    None => values[known + step - cycle],
                    Some(earlier) => path[earlier],
                };
            }
        }
        Some(paths)
    }
}
