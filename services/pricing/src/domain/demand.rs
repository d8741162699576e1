use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use shared_models::pricing::DemandLevel;

/// The last days, which are compared with the days before them.
const RECENT: i64 = 30;
/// What they are compared with.
const BEFORE: i64 = 90;
/// Fewer pieces in both together say nothing.
const FEWEST: u64 = 10;

/// Pieces of completed orders by day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Sales(pub(crate) BTreeMap<NaiveDate, u64>);

/// How much is bought now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Demand {
    pub(crate) level: DemandLevel,
    /// Pieces in the last 30 days.
    pub(crate) recent: u64,
    /// Pieces in the 90 days before those.
    pub(crate) before: u64,
}

impl Sales {
    /// Pieces from a day on, until before another.
    pub(crate) fn between(&self, from: NaiveDate, until: NaiveDate) -> u64 {
        if from >= until {
            return 0;
        }
        self.0.range(from..until).map(|(_, units)| units).sum()
    }

    /// Pieces sold in a month of the year, 1 to 12.
    pub(crate) fn in_month(&self, month: u32) -> u64 {
        let days = self.0.iter().filter(|(day, _)| day.month() == month);
        days.map(|(_, units)| units).sum()
    }

    /// The last 30 days beside the 90 before: a quarter more is high, a fifth less low.
    pub(crate) fn demand(&self, today: NaiveDate) -> Demand {
        let day = |ago| today - chrono::Duration::days(ago);
        let (recent, before) = (
            self.between(day(RECENT - 1), day(-1)),
            self.between(day(RECENT - 1 + BEFORE), day(RECENT - 1)),
        );
        let level = if recent + before < FEWEST {
            DemandLevel::Unknown
        } else if 12 * recent >= 5 * before {
            DemandLevel::High // recent / 30 ≥ 1.25 × before / 90
        } else if 15 * recent <= 4 * before {
            DemandLevel::Low // recent / 30 ≤ 0.8 × before / 90
        } else {
            DemandLevel::Normal
        };
        Demand {
            level,
            recent,
            before,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn level(recent: u64, before: u64) -> DemandLevel {
        let sales = [
            (day("2026-06-20"), recent),
            (day("2026-04-10"), before),
            (day("2025-01-01"), 99),
        ];
        Sales(sales.into()).demand(day("2026-06-30")).level
    }

    #[test]
    fn the_last_month_is_compared_with_the_three_before() {
        assert_eq!(level(20, 48), DemandLevel::High);
        assert_eq!(level(19, 48), DemandLevel::Normal);
        assert_eq!(level(16, 60), DemandLevel::Low);
        assert_eq!(level(17, 60), DemandLevel::Normal);
        assert_eq!(level(4, 5), DemandLevel::Unknown);
    }

    #[test]
    fn the_windows_meet_without_overlap() {
        let on = |text| Sales([(day(text), 10)].into()).demand(day("2026-06-30"));
        assert_eq!((on("2026-06-30").recent, on("2026-06-01").recent), (10, 10));
        assert_eq!((on("2026-05-31").recent, on("2026-05-31").before), (0, 10));
        assert_eq!((on("2026-03-03").before, on("2026-03-02").before), (10, 0));
        assert_eq!(on("2026-07-01").recent, 0, "tomorrow is not known yet");
    }
}
