//! How forecasts are measured, as the M4 competition defines it (Makridakis et al. 2020).

/// Mean of 200 |y - f| / (|y| + |f|); a step where both are zero is no error.
pub fn smape(truth: &[f64], forecast: &[f64]) -> f64 {
    mean(truth.iter().zip(forecast).map(|(y, f)| {
        let size = y.abs() + f.abs();
        if size > 0.0 {
            200.0 * (y - f).abs() / size
        } else {
            0.0
        }
    }))
}

/// Mean absolute error in units of the seasonal naive forecast's mean absolute error within the history.
///
/// Not finite when the history never differs from one season to the next.
pub fn mase(history: &[f64], season: usize, truth: &[f64], forecast: &[f64]) -> f64 {
    let scale = mean(
        history
            .iter()
            .zip(history.iter().skip(season))
            .map(|(before, after)| (after - before).abs()),
    );
    mean(truth.iter().zip(forecast).map(|(y, f)| (y - f).abs())) / scale
}

/// Overall weighted average: the mean of sMAPE and MASE, each in units of the reference method's.
pub fn owa(smape: f64, mase: f64, reference_smape: f64, reference_mase: f64) -> f64 {
    0.5 * (smape / reference_smape + mase / reference_mase)
}

/// The mean; not a number of nothing.
pub fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(sum, count), value| (sum + value, count + 1.0));
    sum / count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_measures_are_those_of_the_competition() {
        let (truth, forecast) = ([100.0, 200.0], [110.0, 180.0]);
        assert!((smape(&truth, &forecast) - f64::midpoint(2000.0 / 210.0, 4000.0 / 380.0)).abs() < 1e-9);
        assert!((mase(&[1.0, 3.0, 2.0, 6.0], 1, &truth, &forecast) - 15.0 / (7.0 / 3.0)).abs() < 1e-9);
        assert!((mase(&[1.0, 3.0, 2.0, 6.0], 2, &truth, &forecast) - 15.0 / 2.0).abs() < 1e-9);
        assert!((owa(8.0, 2.0, 10.0, 2.5) - 0.8).abs() < 1e-9);
    }
}
