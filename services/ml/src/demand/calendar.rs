//! Festivals as occasions of a daily series.

use chrono::{Datelike, Days, NaiveDate};

use crate::forecast::{Occasion, calendar::Festival};

/// People buy in the two weeks before a festival, more and more.
const BEFORE: u64 = 14;

/// How much each day of `length` from `first` on belongs to each festival.
pub(super) fn occasions(first: NaiveDate, length: usize) -> Vec<Occasion> {
    Festival::ALL
        .iter()
        .map(|festival| Occasion {
            name: festival.name(),
            marks: marks(*festival, first, length),
        })
        .collect()
}

#[expect(clippy::cast_precision_loss, reason = "two weeks of days")]
fn marks(festival: Festival, first: NaiveDate, length: usize) -> Vec<f64> {
    let mut marks = vec![0.0; length];
    for day in days(festival, first, length) {
        for before in 0..=BEFORE {
            let place = day.checked_sub_days(Days::new(before)).and_then(|day| {
                let place = day.signed_duration_since(first).num_days();
                usize::try_from(place).ok().filter(|place| *place < length)
            });
            if let Some(place) = place {
                let near = 1.0 - before as f64 / (BEFORE + 1) as f64;
                marks[place] = f64::max(marks[place], near);
            }
        }
    }
    marks
}

/// The festival's days in a span of days and the two weeks after it.
fn days(festival: Festival, first: NaiveDate, length: usize) -> Vec<NaiveDate> {
    let Some(last) = first.checked_add_days(Days::new(length as u64 + BEFORE)) else {
        return Vec::new();
    };
    (first.year()..=last.year())
        .flat_map(|year| festival.days_in(year))
        .filter(|day| (first..=last).contains(day))
        .collect()
}

/// The festivals within so many days, soonest first.
pub(super) fn coming(today: NaiveDate, horizon: usize) -> Vec<(NaiveDate, Festival)> {
    let last = today.checked_add_days(Days::new(horizon as u64));
    let mut coming: Vec<_> = Festival::ALL
        .iter()
        .flat_map(|festival| {
            days(*festival, today, horizon)
                .into_iter()
                .map(|day| (day, *festival))
        })
        .filter(|(day, _)| last.is_none_or(|last| *day < last))
        .collect();
    coming.sort();
    coming
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_days_before_a_festival_count_more_and_more() {
        let first = NaiveDate::from_ymd_opt(2026, 10, 20).unwrap();
        let occasions = occasions(first, 30);
        let diwali = occasions
            .iter()
            .find(|occasion| occasion.name == "Diwali")
            .unwrap();
        // 8 November 2026.
        assert!((diwali.marks[19] - 1.0).abs() < 1e-9);
        assert!(diwali.marks[5..=19].is_sorted());
        assert!(
            diwali.marks[..5]
                .iter()
                .chain(&diwali.marks[20..])
                .all(|mark| *mark == 0.0)
        );
    }

    #[test]
    fn what_comes_is_told_in_order() {
        let today = NaiveDate::from_ymd_opt(2026, 10, 19).unwrap();
        let names: Vec<_> = coming(today, 30)
            .into_iter()
            .map(|(_, festival)| festival.name())
            .collect();
        assert_eq!(names, ["Durga Puja", "Dussehra", "Diwali"]);
    }
}
