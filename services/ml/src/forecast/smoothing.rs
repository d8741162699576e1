//! Exponential smoothing with a damped trend: simple smoothing, Holt's and everything between (Gardner 1985).

use std::ops::Range;

/// How a level and a trend follow the values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Damped {
    /// How much of a surprise the level takes in, 0 to 1.
    pub(crate) level: f64,
    /// How much of the level's change the trend takes in, 0 to 1; 0 is simple smoothing.
    pub(crate) trend: f64,
    /// What is left of the trend after one step, up to 1.
    pub(crate) damping: f64,
}

/// Sets of parameters that are tried side by side, so that the processor has independent work.
const LANES: usize = 4;
const LEVELS: [f64; 8] = [0.05, 0.15, 0.3, 0.45, 0.6, 0.75, 0.9, 1.0];
const TRENDS: [f64; 3] = [0.03, 0.12, 0.35];
const DAMPINGS: [f64; 3] = [0.8, 0.92, 0.98];

/// The steps ahead at which a fit is judged, with what one unit of error weighs at each.
struct Judged<'a> {
    values: &'a [f64],
    steps: Vec<(usize, f64)>,
}

impl<'a> Judged<'a> {
    /// At the first, the middle and the last step; each in units of what the naive forecast errs there.
    fn new(values: &'a [f64], horizon: usize) -> Self {
        let mut ahead = vec![1, horizon.div_ceil(2), horizon];
        ahead.dedup();
        ahead.retain(|&step| step == 1 || step < values.len() / 3);
        let steps = ahead
            .into_iter()
            .map(|step| {
                let naive: f64 = values
                    .iter()
                    .zip(values.iter().skip(step))
                    .map(|(before, after)| (after - before).abs())
                    .sum();
                (step, if naive > 0.0 { 1.0 / naive } else { 1.0 })
            })
            .collect();
        Self { values, steps }
    }

    fn losses(&self, sets: &[Damped; LANES]) -> [f64; LANES] {
        let mut level = [self.values[0]; LANES];
        let mut trend = [0.0; LANES];
        let mut losses = [0.0; LANES];
        let reach: Vec<[f64; LANES]> = self
            .steps
            .iter()
            .map(|&(step, _)| std::array::from_fn(|lane| sets[lane].reach(step)))
            .collect();
        for (at, &value) in self.values.iter().enumerate().skip(1) {
            for lane in 0..LANES {
                let set = &sets[lane];
                let drift = set.damping * trend[lane];
                let surprise = value - level[lane] - drift;
                level[lane] += drift + set.level * surprise;
                trend[lane] = drift + set.level * set.trend * surprise;
            }
            if at < 8 {
                continue;
            }
            for (&(step, weight), reach) in self.steps.iter().zip(&reach) {
                let Some(&truth) = self.values.get(at + step) else {
                    continue;
                };
                for lane in 0..LANES {
                    losses[lane] += weight * (truth - level[lane] - reach[lane] * trend[lane]).abs();
                }
            }
        }
        losses
    }

    fn best_of(&self, sets: &[Damped], start: Option<(Damped, f64)>) -> Option<(Damped, f64)> {
        let mut best = start;
        for chunk in sets.chunks(LANES) {
            let lanes: [Damped; LANES] = std::array::from_fn(|lane| chunk[lane.min(chunk.len() - 1)]);
            let losses = self.losses(&lanes);
            for (set, loss) in lanes.iter().zip(losses) {
                if best.is_none_or(|(_, least)| loss < least) {
                    best = Some((*set, loss));
                }
            }
        }
        best
    }
}

impl Damped {
    /// The parameters with the least error one to `horizon` steps ahead; without a trend if so told.
    pub(crate) fn fit(values: &[f64], horizon: usize, with_trend: bool) -> Self {
        let simple = |level| Self {
            level,
            trend: 0.0,
            damping: 0.0,
        };
        if values.len() < 10 {
            return simple(0.5);
        }
        let judged = Judged::new(values, horizon);
        let mut sets: Vec<Self> = LEVELS.into_iter().map(simple).collect();
        if with_trend {
            sets.extend(LEVELS.into_iter().flat_map(|level| {
                TRENDS.into_iter().flat_map(move |trend| {
                    DAMPINGS.into_iter().map(move |damping| Self {
                        level,
                        trend,
                        damping,
                    })
                })
            }));
        }
        let best = judged.best_of(&sets, None);
        let best = best.and_then(|(set, loss)| judged.best_of(&set.neighbours(), Some((set, loss))));
        best.map_or_else(|| simple(0.5), |(set, _)| set)
    }

    fn neighbours(self) -> Vec<Self> {
        let mut near = Vec::new();
        for by in [-0.07, 0.07] {
            let level = (self.level + by).clamp(0.01, 1.0);
            near.push(Self { level, ..self });
            for factor in [0.6, 1.6] {
                let trend = (self.trend * factor).min(1.0);
                near.push(Self { level, trend, ..self });
                near.push(Self { trend, ..self });
            }
        }
        if self.trend > 0.0 {
            for damping in [self.damping - 0.05, f64::midpoint(self.damping, 1.0)] {
                near.push(Self { damping, ..self });
            }
        }
        near
    }

    /// What multiplies the trend `step` steps ahead.
    fn reach(&self, step: usize) -> f64 {
        let mut power = 1.0;
        (0..step).fold(0.0, |sum, _| {
            power *= self.damping;
            sum + power
        })
    }

    /// Forecasts of `horizon` steps from every origin; an origin is how many values are known.
    pub(crate) fn roll(&self, values: &[f64], origins: &Range<usize>, horizon: usize) -> Vec<f64> {
        let mut paths = Vec::with_capacity(origins.len() * horizon);
        let (mut level, mut trend) = (values[0], 0.0);
        for known in 1..origins.end {
            if known > 1 {
                let drift = self.damping * trend;
                let surprise = values[known - 1] - level - drift;
                level += drift + self.level * surprise;
                trend = drift + self.level * self.trend * surprise;
            }
            if known >= origins.start {
                let (mut ahead, mut step) = (level, trend);
                for _ in 0..horizon {
                    step *= self.damping;
                    ahead += step;
                    paths.push(ahead);
                }
            }
        }
        paths
    }
}
