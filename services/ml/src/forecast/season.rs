//! What a season adds to each value, told at every moment from earlier cycles alone.

/// Effects of one season along a series and half a cycle beyond its end.
#[derive(Debug, Clone)]
pub(crate) struct Season {
    period: f64,
    effects: Vec<f64>,
    /// How far beyond the last known value an effect is told without it.
    lead: usize,
    /// How much of the swing about the running mean the season explains, 0 to 1, judged where it was foretold.
    pub(crate) strength: f64,
}

/// Cycles further back count half as much every this many cycles.
const OLDER: f64 = 0.75;

impl Season {
    /// The season of `period` steps in the values; `None` when there are too few cycles.
    pub(crate) fn find(values: &[f64], period: f64, judged_to: usize) -> Option<Self> {
        let cycle = whole(period);
        if cycle < 2 || values.len() < cycle + cycle / 2 + 2 {
            return None;
        }
        let swings = swings(values, cycle);
        let reach = values.len() + cycle / 2;
        let widths: &[usize] = match cycle {
            0..16 => &[0],
            16..40 => &[0, 1],
            _ => &[0, 1, 2, 4],
        };
        widths
            .iter()
            .map(|&width| {
                let smooth = smooth(&swings, width);
                let raw = foretell(&smooth, period, reach);
                let (effects, strength) = shrink(&swings, raw, judged_to.max(2 * cycle + 2));
                (effects, strength, cycle / 2 - width.min(cycle / 2))
            })
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .map(|(effects, strength, lead)| Self {
                period,
                effects,
                lead,
                strength,
            })
    }

    /// The effect at a position, as it is told when `known` values are.
    pub(crate) fn at(&self, known: usize, position: usize) -> f64 {
        let mut at = position;
        let mut cycles = 1.0;
        while at >= self.effects.len() || at >= known + self.lead {
            at = back(position, self.period * cycles);
            cycles += 1.0;
        }
        self.effects[at]
    }

    pub(crate) fn period(&self) -> f64 {
        self.period
    }

    /// The effect at a position that is known.
    pub(crate) fn of(&self, position: usize) -> f64 {
        self.effects[position]
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a period is a small positive number"
)]
pub(crate) fn whole(period: f64) -> usize {
    period.round() as usize
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "positions in a series"
)]
pub(crate) fn back(position: usize, by: f64) -> usize {
    (position as f64 - by + 0.5).max(0.0) as usize
}

/// Each value less the mean of the cycle about it; not a number where that cycle is not whole.
fn swings(values: &[f64], cycle: usize) -> Vec<f64> {
    let mut swings = vec![f64::NAN; values.len()];
    let half = cycle / 2;
    let even = cycle.is_multiple_of(2);
    #[expect(clippy::cast_precision_loss, reason = "a count of values")]
    let width = cycle as f64;
    let mut sum: f64 = values[..=2 * half].iter().sum();
    for at in half..values.len() - half {
        let edge = if even {
            0.5 * (values[at - half] + values[at + half])
        } else {
            0.0
        };
        swings[at] = values[at] - (sum - edge) / width;
        if at + half + 1 < values.len() {
            sum += values[at + half + 1] - values[at - half];
        }
    }
    swings
}

/// A triangular mean over `width` neighbours on each side.
fn smooth(swings: &[f64], width: usize) -> Vec<f64> {
    if width == 0 {
        return swings.to_vec();
    }
    (0..swings.len())
        .map(|at| {
            if swings[at].is_nan() {
                return f64::NAN;
            }
            let (mut sum, mut weights) = (0.0, 0.0);
            let near = at.saturating_sub(width)..(at + width + 1).min(swings.len());
            for (other, &swing) in near.clone().zip(&swings[near]) {
                if !swing.is_nan() {
                    #[expect(clippy::cast_precision_loss, reason = "a small distance")]
                    let weight = (width + 1 - at.abs_diff(other)) as f64;
                    sum += weight * swing;
                    weights += weight;
                }
            }
            sum / weights
        })
        .collect()
}

/// The mean swing of the cycles before each position, later cycles counting more.
///
/// A position half a cycle beyond the end still has the whole cycle before it.
fn foretell(swings: &[f64], period: f64, reach: usize) -> Vec<f64> {
    let cycle = whole(period);
    let mut sums = vec![(0.0_f64, 0.0_f64); reach];
    for at in 0..reach {
        let mut mean = (0.0, 0.0);
        if at >= cycle {
            let before = back(at, period);
            mean = sums[before];
            mean = (mean.0 * OLDER, mean.1 * OLDER);
            if let Some(&swing) = swings.get(before)
                && !swing.is_nan()
            {
                mean = (mean.0 + swing, mean.1 + 1.0);
            }
        }
        sums[at] = mean;
    }
    sums.into_iter()
        .map(|(sum, weight)| if weight > 0.0 { sum / weight } else { 0.0 })
        .collect()
}

/// Scales the effects by what they explained, and says how well they did.
fn shrink(swings: &[f64], raw: Vec<f64>, judged_to: usize) -> (Vec<f64>, f64) {
    let (mut both, mut told, mut seen) = (0.0, 0.0, 0.0);
    for (&swing, &effect) in swings.iter().zip(&raw).take(judged_to) {
        if !swing.is_nan() && effect != 0.0 {
            both += swing * effect;
            told += effect * effect;
            seen += swing * swing;
        }
    }
    if told <= 0.0 || seen <= 0.0 {
        return (vec![0.0; raw.len()], 0.0);
    }
    let share = (both / told).clamp(0.0, 1.0);
    let strength = (2.0 * share * both - share * share * told) / seen;
    (raw.into_iter().map(|effect| effect * share).collect(), strength)
}
