//! How much more, or less, is asked for on certain days.

use super::linear::Normal;

/// Days that may matter: a festival and the days before it.
#[derive(Debug, Clone)]
pub struct Occasion {
    pub name: &'static str,
    /// How much each period is part of it, 0 to 1: all periods of the history, then those to be forecast.
    pub marks: Vec<f64>,
}

/// What an occasion does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Effect {
    pub name: &'static str,
    /// By which part the value of a period that wholly belongs to it is higher, or lower.
    pub lift: f64,
}

/// What is believed of a lift before anything was seen: that it is no more than this, two times in three.
const USUAL: f64 = 0.5;
/// In standard errors: less is taken for chance.
const CLEAR: f64 = 2.0;
/// Periods on each side whose mean is what would have been without occasions.
const ABOUT: usize = 21;
/// No period is expected to be lifted more, or to keep less.
const MOST: f64 = 4.0;
const LEAST: f64 = 0.2;

/// The occasions that clearly matter to a series, by the multiple that each period is of what it would be without.
pub(super) struct Lifted {
    pub(super) effects: Vec<Effect>,
    /// Of all periods that the occasions are marked on.
    pub(super) multiples: Vec<f64>,
}

impl Lifted {
    /// Learns from values that are never negative; `None` when no occasion clearly matters.
    pub(super) fn learn(values: &[f64], occasions: &[Occasion]) -> Option<Self> {
        let seen: Vec<&Occasion> = occasions
            .iter()
            .filter(|occasion| occasion.marks.len() >= values.len())
            .filter(|occasion| occasion.marks[..values.len()].iter().any(|mark| *mark > 0.0))
            .collect();
        let usual = usual(values, &seen);
        let mut normal = Normal::new(seen.len());
        let (mut noise, mut count) = (0.0, 0.0);
        for (at, (&value, &usual)) in values.iter().zip(&usual).enumerate() {
            if usual > 0.0 {
                let row: Vec<f64> = seen.iter().map(|occasion| occasion.marks[at]).collect();
                normal.observe(&row, value / usual - 1.0, usual);
                noise += (value - usual).powi(2) / usual;
                count += 1.0;
            }
        }
        let noise: f64 = if count > 0.0 { noise / count } else { return None };
        let lifts = normal.solve_believing(noise / USUAL.powi(2), noise)?;
        let clear: Vec<(&Occasion, f64)> = seen
            .into_iter()
            .zip(lifts)
            .filter(|(_, (lift, doubt))| lift.abs() > CLEAR * doubt)
            .map(|(occasion, (lift, _))| (occasion, lift))
            .collect();
        (!clear.is_empty()).then(|| Self::of(&clear))
    }

    fn of(clear: &[(&Occasion, f64)]) -> Self {
        let length = clear
            .iter()
            .map(|(occasion, _)| occasion.marks.len())
            .min()
            .unwrap_or(0);
        let multiples = (0..length)
            .map(|at| {
                let lift: f64 = clear
                    .iter()
                    .map(|(occasion, lift)| lift * occasion.marks[at])
                    .sum();
                (1.0 + lift).clamp(LEAST, MOST)
            })
            .collect();
        let effects = clear
            .iter()
            .map(|&(occasion, lift)| Effect {
                name: occasion.name,
                lift,
            })
            .collect();
        Self { effects, multiples }
    }
}

/// The mean of the periods about each, those of occasions left out.
fn usual(values: &[f64], occasions: &[&Occasion]) -> Vec<f64> {
    let plain = |at: &usize| occasions.iter().all(|occasion| occasion.marks[*at] <= 0.0);
    let mut sums = vec![(0.0, 0.0)];
    for at in 0..values.len() {
        let (sum, count) = sums[at];
        sums.push(if plain(&at) {
            (sum + values[at], count + 1.0)
        } else {
            (sum, count)
        });
    }
    (0..values.len())
        .map(|at| {
            let (from, to) = (
                sums[at.saturating_sub(ABOUT)],
                sums[(at + ABOUT + 1).min(values.len())],
            );
            if to.1 > from.1 {
                (to.0 - from.0) / (to.1 - from.1)
            } else {
                0.0
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(length: usize, days: &[usize]) -> Vec<f64> {
        (0..length)
            .map(|at| f64::from(u8::from(days.iter().any(|day| (day - 9..=*day).contains(&at)))))
            .collect()
    }

    fn demand(at: usize) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "a small number")]
        let wobble = ((at * 7919) % 13) as f64;
        14.0 + wobble
    }

    #[test]
    fn a_planted_lift_is_found_and_another_is_not_made_up() {
        let festival = Occasion {
            name: "festival",
            marks: marks(800, &[120, 480, 790]),
        };
        let nothing = Occasion {
            name: "nothing",
            marks: marks(800, &[50, 300, 600]),
        };
        let values: Vec<f64> = (0..760)
            .map(|at| demand(at) * (1.0 + 0.8 * festival.marks[at]))
            .collect();

        let lifted = Lifted::learn(&values, &[festival, nothing]).unwrap();

        assert_eq!(lifted.effects.len(), 1, "{:?}", lifted.effects);
        assert_eq!(lifted.effects[0].name, "festival");
        assert!((lifted.effects[0].lift - 0.8).abs() < 0.2, "{:?}", lifted.effects);
        assert!((lifted.multiples[790] - 1.8).abs() < 0.2);
        assert!((lifted.multiples[700] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn where_nothing_is_sold_nothing_matters() {
        let festival = Occasion {
            name: "festival",
            marks: marks(100, &[50]),
        };
        assert!(Lifted::learn(&[0.0; 90], &[festival]).is_none());
    }
}
