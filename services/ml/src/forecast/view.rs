//! A series as a method sees it: in logarithms or not, with its seasons taken out or not.

use super::season::{Season, whole};

/// A transformed series and the way back.
#[derive(Debug, Clone)]
pub(crate) struct View {
    /// The transformed values from `offset` on.
    pub(crate) values: Vec<f64>,
    /// How many values of the series lie before the first of the view.
    pub(crate) offset: usize,
    logarithm: bool,
    seasons: Vec<Season>,
}

/// Methods look at most so far back: what is older says little, and costs time.
const REACH: usize = 520;

impl View {
    /// The series as it is, or its logarithms, which must exist.
    pub(crate) fn plain(series: &[f64], logarithm: bool) -> Self {
        let values = if logarithm {
            series.iter().map(|value| value.ln()).collect()
        } else {
            series.to_vec()
        };
        Self {
            values,
            offset: 0,
            logarithm,
            seasons: Vec::new(),
        }
    }

    /// The same without its seasons, as far as they were foretold before `judged_to`; `None` when there is none.
    pub(crate) fn without_seasons(&self, periods: &[f64], judged_to: usize) -> Option<Self> {
        let mut rest = self.clone();
        for &period in periods {
            let Some(season) = Season::find(&rest.values, period, judged_to) else {
                continue;
            };
            if season.strength < 0.05 {
                continue;
            }
            for (at, value) in rest.values.iter_mut().enumerate() {
                *value -= season.of(at);
            }
            rest.seasons.push(season);
        }
        (!rest.seasons.is_empty()).then_some(rest)
    }

    /// Keeps what the methods look at: the last values, and none of a first cycle whose season nobody foretold.
    pub(crate) fn recent(mut self, least: usize) -> Self {
        let length = self.values.len();
        let unforetold = self
            .seasons
            .iter()
            .map(|season| 2 * whole(season.period()))
            .max()
            .unwrap_or(0);
        let first = unforetold
            .min(length.saturating_sub(least))
            .max(length.saturating_sub(REACH.max(least)));
        self.values.drain(..first);
        self.offset = first;
        self
    }

    /// What `value` at a position of the series is, told when `known` values of the series are.
    pub(crate) fn restore(&self, known: usize, position: usize, value: f64) -> f64 {
        let seasonal: f64 = self.seasons.iter().map(|season| season.at(known, position)).sum();
        let value = value + seasonal;
        if self.logarithm {
            value.min(300.0).exp()
        } else {
            value
        }
    }

    /// How far from the last value a forecast may be: half as far again as the series ever moved in that time.
    pub(crate) fn farthest(&self, horizon: usize) -> f64 {
        let step = horizon.min(self.values.len() / 2).max(1);
        #[expect(clippy::cast_precision_loss, reason = "numbers of steps")]
        let longer = (horizon as f64 / step as f64).max(1.0);
        // Several distances: after a whole cycle a series may be where it was.
        let within = [1, 2, step / 2, step - 1, step];
        1.5 * longer
            * within
                .map(|step| self.longest_move(step))
                .into_iter()
                .fold(0.0, f64::max)
    }

    fn longest_move(&self, step: usize) -> f64 {
        let moves = self.values.iter().zip(self.values.iter().skip(step));
        moves
            .map(|(before, after)| (after - before).abs())
            .fold(0.0, f64::max)
    }
}
