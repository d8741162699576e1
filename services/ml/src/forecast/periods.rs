//! Which longer season a series may have beside the one that is known.

use super::season::whole;

/// Cycles that people's calendars make: a week of days, a year of months, a day of hours, a year of weeks, a week of
/// hours, a year of days.
const CALENDAR: [f64; 6] = [7.0, 12.0, 24.0, YEAR_OF_WEEKS, 168.0, YEAR_OF_DAYS];
pub(crate) const YEAR_OF_WEEKS: f64 = 365.25 / 7.0;
pub(crate) const YEAR_OF_DAYS: f64 = 365.25;
/// From how many standard errors on the moves of another cycle are no chance.
const EVIDENT: f64 = 8.0;

/// The longer season that is worth a try, `None` when the series is too short for any.
///
/// It is the usual one beside `season` (a year for weeks and days, a week for hours), unless another's moves come again
/// far more evidently. Whether it helps, the trials decide.
pub(crate) fn longer(values: &[f64], season: usize) -> Option<f64> {
    let fits = |period: &f64| whole(*period) > season && values.len() >= whole(*period) * 3 / 2 + 2;
    let usual = match season {
        0 | 1 => Some(YEAR_OF_WEEKS),
        7 => Some(YEAR_OF_DAYS),
        24 => Some(168.0),
        _ => None,
    };
    let usual = usual.filter(fits);
    let known = usual.map_or(0.0, |period| evidence(values, whole(period)));
    CALENDAR
        .into_iter()
        .filter(fits)
        .filter(|&period| season < 2 && Some(period) != usual)
        .map(|period| (period, evidence(values, whole(period))))
        .filter(|&(_, evidence)| evidence > EVIDENT.max(2.0 * known))
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(period, _)| period)
        .or(usual)
}

/// How many standard errors the moves over a quarter of a cycle are correlated with those one cycle before.
#[expect(clippy::cast_precision_loss, reason = "a count of values")]
fn evidence(values: &[f64], cycle: usize) -> f64 {
    let step = (cycle / 4).max(1);
    let moves: Vec<f64> = values
        .iter()
        .zip(values.iter().skip(step))
        .map(|(before, after)| after - before)
        .collect();
    let after = moves.get(cycle..).unwrap_or_default();
    // Moves that overlap tell the same.
    let independent = after.len() as f64 / step as f64;
    correlation(&moves[..after.len()], after) * independent.sqrt()
}

fn correlation(left: &[f64], right: &[f64]) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "a count of values")]
    let mean = |side: &[f64]| side.iter().sum::<f64>() / side.len().max(1) as f64;
    let (left_mean, right_mean) = (mean(left), mean(right));
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (a, b) in left.iter().zip(right) {
        both += (a - left_mean) * (b - right_mean);
        one += (a - left_mean).powi(2);
        other += (b - right_mean).powi(2);
    }
    if one > 0.0 && other > 0.0 {
        both / (one.sqrt() * other.sqrt())
    } else {
        0.0
    }
}
