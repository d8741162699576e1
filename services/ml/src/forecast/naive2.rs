//! The reference of the M4 competition: the last value goes on, with a season put back where there is one.

use super::measures::mean;

/// Forecasts as M4's Naive2: a season counts when the autocorrelation at its length is significant at 90 %, is taken out
/// by classical multiplicative decomposition, and put back.
pub fn naive2(history: &[f64], season: usize, horizon: usize) -> Vec<f64> {
    let Some(&last) = history.last() else {
        return vec![0.0; horizon];
    };
    if !is_seasonal(history, season) {
        return vec![last; horizon];
    }
    let indices = indices(history, season);
    let level = last / indices[(history.len() - 1) % season];
    (0..horizon)
        .map(|step| level * indices[(history.len() + step) % season])
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "a count of values")]
fn is_seasonal(history: &[f64], season: usize) -> bool {
    if season < 2 || history.len() < 3 * season || history.iter().any(|value| *value <= 0.0) {
        return false;
    }
    let correlations: Vec<f64> = (1..=season).map(|lag| autocorrelation(history, lag)).collect();
    let before: f64 = correlations[..season - 1].iter().map(|value| value * value).sum();
    let limit = 1.645 * ((1.0 + 2.0 * before) / history.len() as f64).sqrt();
    correlations[season - 1].abs() > limit
}

fn autocorrelation(values: &[f64], lag: usize) -> f64 {
    let middle = mean(values.iter().copied());
    let both: f64 = values
        .iter()
        .zip(&values[lag..])
        .map(|(before, after)| (before - middle) * (after - middle))
        .sum();
    let own: f64 = values.iter().map(|value| (value - middle).powi(2)).sum();
    if own > 0.0 { both / own } else { 0.0 }
}

/// The multiple of each place in the season; their mean is one.
fn indices(history: &[f64], season: usize) -> Vec<f64> {
    let half = season / 2;
    let mut ratios = vec![Vec::new(); season];
    for at in half..history.len() - half {
        let window = &history[at - half..=at + half];
        let ends = if season.is_multiple_of(2) {
            f64::midpoint(window[0], window[season])
        } else {
            0.0
        };
        #[expect(clippy::cast_precision_loss, reason = "a number of steps")]
        let level = (window.iter().sum::<f64>() - ends) / season as f64;
        ratios[at % season].push(history[at] / level);
    }
    let raw: Vec<f64> = ratios.into_iter().map(|place| mean(place.into_iter())).collect();
    let all = mean(raw.iter().copied());
    raw.into_iter().map(|index| index / all).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_season_the_last_value_goes_on() {
        assert_eq!(naive2(&[3.0, 5.0, 4.0], 1, 2), [4.0, 4.0]);
        assert_eq!(naive2(&[3.0, 5.0, 4.0], 12, 2), [4.0, 4.0]);
    }

    #[test]
    fn a_season_is_put_back() {
        let history: Vec<f64> = [50.0, 100.0, 150.0, 100.0].repeat(8);
        let told = naive2(&history, 4, 5);
        for (value, truth) in told.iter().zip([50.0, 100.0, 150.0, 100.0, 50.0]) {
            assert!((value - truth).abs() < 1e-9, "{told:?}");
        }
    }
}
