use chrono::{DateTime, Utc};
use shared_models::pricing::PriceTrend;

/// Fewer pieces have no trend.
const FEWEST: usize = 8;
/// Over fewer days there is none.
const SHORTEST: f64 = 14.0;
/// The newest so many are enough, and quick to compare with each other.
const MOST: usize = 300;
/// Of the normal distribution: 90 % of it lie within so many deviations.
const SURE: f64 = 1.645;
const SECONDS_A_DAY: f64 = 86_400.0;
const DAYS_A_MONTH: f64 = 30.0;

/// Which way prices go.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Trend {
    pub(crate) direction: PriceTrend,
    /// In percent; nothing when the direction is unknown.
    pub(crate) a_month: Option<f64>,
}

const UNKNOWN: Trend = Trend {
    direction: PriceTrend::Unknown,
    a_month: None,
};

/// The median of all slopes between two pieces (Theil 1950, Sen 1968), over logarithms of prices. It rises or falls
/// when Sen's interval of 90 % leaves zero out, so that a few odd pieces, and chance, make no trend.
///
/// `pieces` are prices in minor units with the time at which each was listed.
#[expect(
    clippy::cast_precision_loss,
    reason = "logarithms of prices, which are no money any more"
)]
pub(crate) fn trend(pieces: &[(DateTime<Utc>, i64)]) -> Trend {
    let mut newest: Vec<(DateTime<Utc>, i64)> =
        pieces.iter().copied().filter(|(_, price)| *price > 0).collect();
    newest.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    newest.truncate(MOST);
    let day = |at: DateTime<Utc>| at.timestamp() as f64 / SECONDS_A_DAY;
    let points: Vec<(f64, f64)> = newest
        .iter()
        .map(|(at, price)| (day(*at), (*price as f64).ln()))
        .collect();
    let span = points
        .first()
        .zip(points.last())
        .map_or(0.0, |(newest, oldest)| newest.0 - oldest.0);
    if points.len() < FEWEST || span < SHORTEST {
        return UNKNOWN;
    }
    let mut slopes = slopes(&points);
    slopes.sort_unstable_by(f64::total_cmp);
    let Some(middle) = middle(&slopes) else {
        return UNKNOWN;
    };
    Trend {
        direction: direction(&slopes, points.len()),
        a_month: Some((middle * DAYS_A_MONTH).exp_m1() * 100.0),
    }
}

/// Between each two pieces of different times.
fn slopes(points: &[(f64, f64)]) -> Vec<f64> {
    let mut slopes = Vec::new();
    for (index, (x, y)) in points.iter().enumerate() {
        for (other_x, other_y) in &points[index + 1..] {
            if x > other_x {
                slopes.push((y - other_y) / (x - other_x));
            }
        }
    }
    slopes
}

fn middle(ascending: &[f64]) -> Option<f64> {
    let half = ascending.len() / 2;
    let upper = *ascending.get(half)?;
    if ascending.len() % 2 == 1 {
        return Some(upper);
    }
    Some(f64::midpoint(*ascending.get(half.checked_sub(1)?)?, upper))
}

/// By the ranks that Kendall's variance leaves room for.
#[expect(clippy::cast_precision_loss, reason = "counts below a million")]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a rank within the slopes"
)]
fn direction(ascending: &[f64], pieces: usize) -> PriceTrend {
    let (n, count) = (pieces as f64, ascending.len() as f64);
    let room = SURE * (n * (n - 1.0) * (2.0 * n + 5.0) / 18.0).sqrt();
    let last = ascending.len().saturating_sub(1);
    let rank = |place: f64| (place.max(0.0) as usize).min(last);
    let (low, high) = (
        ascending[rank(((count - room) / 2.0).floor())],
        ascending[rank(f64::midpoint(count, room).ceil())],
    );
    if low > 0.0 {
        PriceTrend::Rising
    } else if high < 0.0 {
        PriceTrend::Falling
    } else {
        PriceTrend::Steady
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: i64, price: i64) -> (DateTime<Utc>, i64) {
        (DateTime::from_timestamp(day * 86_400, 0).unwrap(), price)
    }

    #[test]
    fn a_planted_trend_is_found_among_odd_pieces() {
        let one_percent_more = |price: &i64| Some(price + price / 100);
        let prices = std::iter::successors(Some(10_000_000), one_percent_more);
        let mut pieces: Vec<_> = (0..40).zip(prices).map(|(day, price)| on(day, price)).collect();
        pieces.push(on(3, 90_000_000_000));
        pieces.push(on(35, 1));
        let found = trend(&pieces);
        assert_eq!(found.direction, PriceTrend::Rising);
        let month = (1.01_f64.powi(30) - 1.0) * 100.0;
        assert!((found.a_month.unwrap() - month).abs() < 1.0, "{found:?}");
        let falling: Vec<_> = pieces
            .iter()
            .map(|(at, price)| (*at, 1_000_000_000_000_000 / price))
            .collect();
        assert_eq!(trend(&falling).direction, PriceTrend::Falling);
    }

    #[test]
    fn chance_is_no_trend() {
        let pieces: Vec<_> = (0..40)
            .map(|day| on(day, if day % 2 == 0 { 900 } else { 1100 }))
            .collect();
        assert_eq!(trend(&pieces).direction, PriceTrend::Steady);
        let same: Vec<_> = (0..40).map(|day| on(day, 1000)).collect();
        assert_eq!(trend(&same).direction, PriceTrend::Steady);
    }

    #[test]
    fn a_few_pieces_and_a_few_days_have_none() {
        let few: Vec<_> = (0..7).map(|day| on(day * 10, 1000 + day)).collect();
        assert_eq!(trend(&few), UNKNOWN);
        let short: Vec<_> = (0..20).map(|day| on(day % 10, 1000 + day)).collect();
        assert_eq!(trend(&short), UNKNOWN);
        assert_eq!(trend(&[]), UNKNOWN);
    }
}
