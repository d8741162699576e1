use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, Utc};
use shared_models::pricing::MonthOfYear;

use super::{Sales, market::quantile};

/// Fewer pieces of a month say nothing about it.
const FEWEST: usize = 5;

/// What is known of the months of the year.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Months {
    /// Those of which enough is known; none when that is fewer than two.
    pub(crate) known: Vec<MonthOfYear>,
    /// Whether pieces of a whole year are there.
    pub(crate) whole_year: bool,
}

/// How dear pieces are that are listed in each month of the year, and how many are bought then.
///
/// `pieces` are prices in minor units with the time at which each was listed.
#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio of prices, which is no money any more"
)]
pub(crate) fn seasonality(pieces: &[(DateTime<Utc>, i64)], sales: &Sales) -> Months {
    let mut by_month: BTreeMap<u32, Vec<i64>> = BTreeMap::new();
    for (at, price) in pieces {
        by_month.entry(at.month()).or_default().push(*price);
    }
    let mut all: Vec<i64> = pieces.iter().map(|(_, price)| *price).collect();
    all.sort_unstable();
    let whole_year = by_month.len() == 12;
    let overall = quantile(&all, 1, 2).filter(|median| *median > 0);
    let month = |(month, mut prices): (u32, Vec<i64>)| {
        prices.sort_unstable();
        let enough = prices.len() >= FEWEST;
        let median = enough.then(|| quantile(&prices, 1, 2)).flatten()?;
        Some(MonthOfYear {
            month,
            price_index: hundredths(median as f64 / overall? as f64),
            listings: u32::try_from(prices.len()).unwrap_or(u32::MAX),
            units_sold: sales.in_month(month),
        })
    };
    let known: Vec<MonthOfYear> = by_month.into_iter().filter_map(month).collect();
    Months {
        known: if known.len() < 2 { Vec::new() } else { known },
        whole_year,
    }
}

fn hundredths(ratio: f64) -> f64 {
    (ratio * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_month(month: u32, price: i64, count: usize) -> Vec<(DateTime<Utc>, i64)> {
        let at = format!("2026-{month:02}-15T12:00:00Z").parse().unwrap();
        vec![(at, price); count]
    }

    #[test]
    fn months_are_compared_with_the_whole() {
        let pieces = [in_month(3, 100, 6), in_month(10, 150, 5), in_month(5, 900, 4)].concat();
        let sales = Sales([("2026-10-02".parse().unwrap(), 7)].into());
        let months = seasonality(&pieces, &sales);
        let told: Vec<_> = months
            .known
            .iter()
            .map(|month| (month.month, month.listings, month.units_sold))
            .collect();
        assert_eq!(told, [(3, 6, 0), (10, 5, 7)], "of May there are too few");
        assert!((months.known[0].price_index - 0.67).abs() < 1e-9);
        assert!(!months.whole_year);
    }

    #[test]
    fn one_month_is_no_season() {
        assert!(
            seasonality(&in_month(3, 100, 60), &Sales::default())
                .known
                .is_empty()
        );
        assert!(seasonality(&[], &Sales::default()).known.is_empty());
    }
}
