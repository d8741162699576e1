//! The methods that compete for a series, each on a view of it.

use std::ops::Range;

use super::{
    analog::Analog,
    autoregression::Autoregression,
    intermittent::Intermittent,
    season::whole,
    smoothing::Damped,
    theta::Theta,
    view::View,
    yearly::{Apart, Yearly},
};

/// A way to forecast a view.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Method {
    /// The last value goes on.
    Naive,
    /// The last cycle comes again.
    SeasonalNaive {
        period: f64,
    },
    /// The mean of at most so many last values.
    Mean {
        window: usize,
    },
    Simple,
    Damped,
    Theta,
    Autoregression,
    Analog {
        period: f64,
        standing: usize,
    },
    Yearly {
        period: f64,
        apart: Apart,
    },
    Intermittent(Intermittent),
}

impl Method {
    /// What it is called in answers.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Naive => "naive",
            Self::SeasonalNaive { .. } => "seasonal naive",
            Self::Mean { .. } => "mean",
            Self::Simple => "exponential smoothing",
            Self::Damped => "damped trend",
            Self::Theta => "theta",
            Self::Autoregression => "autoregression",
            Self::Analog { .. } => "moves of earlier cycles",
            Self::Yearly { .. } => "difference to the cycle before",
            Self::Intermittent(Intermittent::Croston) => "Croston-SBA",
            Self::Intermittent(Intermittent::Fading) => "TSB",
        }
    }

    /// Forecasts from every origin (how many values are known, at least one), in units of the values.
    ///
    /// What is not learned anew at each origin is learned from the first `learned` values. `None` when there are too
    /// few before the first origin.
    fn roll(
        self,
        values: &[f64],
        learned: usize,
        origins: &Range<usize>,
        horizon: usize,
    ) -> Option<Vec<f64>> {
        let lesson = &values[..learned];
        Some(match self {
            Self::Naive => flat(origins, horizon, |known| values[known - 1]),
            Self::Mean { window } => flat(origins, horizon, |known| {
                mean(&values[known.saturating_sub(window)..known])
            }),
            Self::SeasonalNaive { period } => again(values, whole(period), origins, horizon)?,
            Self::Simple => Damped::fit(lesson, horizon, false).roll(values, origins, horizon),
            Self::Damped => Damped::fit(lesson, horizon, true).roll(values, origins, horizon),
            Self::Theta => Theta::of(Damped::fit(lesson, horizon, false)).roll(values, origins, horizon),
            Self::Autoregression => Autoregression::SHORT.roll(values, origins, horizon)?,
            Self::Analog { period, standing } => {
                Analog { period, standing }.roll(values, learned, origins, horizon)?
            }
            Self::Yearly { period, apart } => {
                Yearly { period, apart }.roll(values, learned, origins, horizon)?
            }
            Self::Intermittent(method) => method.roll(values, learned, origins, horizon),
        })
    }
}

fn flat(origins: &Range<usize>, horizon: usize, level: impl Fn(usize) -> f64) -> Vec<f64> {
    origins
        .clone()
        .flat_map(|known| std::iter::repeat_n(level(known), horizon))
        .collect()
}

fn again(values: &[f64], cycle: usize, origins: &Range<usize>, horizon: usize) -> Option<Vec<f64>> {
    let paths = origins
        .clone()
        .flat_map(|known| (0..horizon).map(move |step| (known, step % cycle)));
    (cycle > 0 && origins.start >= cycle)
        .then(|| paths.map(|(known, step)| values[known - cycle + step]).collect())
}

#[expect(clippy::cast_precision_loss, reason = "a count of values")]
fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// A method on one of the views.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Candidate<'a> {
    pub(crate) view: &'a View,
    pub(crate) method: Method,
}

impl Candidate<'_> {
    /// Forecasts from origins of the series, in units of the series; `None` when too few values are known.
    pub(crate) fn roll(&self, learned: usize, origins: &Range<usize>, horizon: usize) -> Option<Vec<f64>> {
        let view = self.view;
        let here = origins.start.checked_sub(view.offset)?..origins.end.checked_sub(view.offset)?;
        let learned = learned.checked_sub(view.offset)?;
        if here.start == 0 || learned == 0 {
            return None;
        }
        let mut paths = self.method.roll(&view.values, learned, &here, horizon)?;
        let most = view.farthest(horizon);
        for (path, known) in paths.chunks_mut(horizon).zip(here) {
            let last = view.values[known - 1];
            for (step, value) in path.iter_mut().enumerate() {
                let bounded = value.clamp(last - most, last + most);
                *value = view.restore(known + view.offset, known + view.offset + step, bounded);
            }
        }
        Some(paths)
    }
}
