use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use shared_models::{
    money::{Currency, Money},
    pricing::WageFloor,
};

/// A legal wage floor, as an operator loaded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Floor {
    /// As the operator writes it.
    pub(crate) state: String,
    /// What profiles may call it, folded.
    pub(crate) names: Vec<String>,
    /// The least skill that it is for, 1 to 10.
    pub(crate) skill: u8,
    pub(crate) effective_from: NaiveDate,
    pub(crate) hourly: Money,
    /// Where it is published.
    pub(crate) source: String,
    /// Of the table; raised by one with each that is loaded.
    pub(crate) version: u64,
}

/// Of one state's floors the one that holds for her on a day: of each skill that she has the newest in force, of a
/// table loaded later where two say the same; of these the greatest, since more skill never earns less.
pub(crate) fn applying(floors: &[Floor], skill: u8, on: NaiveDate) -> Option<&Floor> {
    let mut newest: BTreeMap<u8, &Floor> = BTreeMap::new();
    let for_her = floors
        .iter()
        .filter(|floor| floor.effective_from <= on && floor.skill <= skill);
    for floor in for_her {
        let kept = newest.entry(floor.skill).or_insert(floor);
        if (floor.effective_from, floor.version) > (kept.effective_from, kept.version) {
            *kept = floor;
        }
    }
    newest.into_values().max_by_key(|floor| floor.hourly.minor)
}

/// What an hour is counted at, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wage {
    /// In minor units.
    pub(crate) hourly: i64,
    pub(crate) floor: WageFloor,
    /// The legal floor of her state, if one is known.
    pub(crate) official: Option<Floor>,
}

impl Wage {
    /// The legal floor, or her own wage where that is more or the floor is not known.
    ///
    /// A floor in another currency says nothing: there is no exchange rate here.
    pub(crate) fn of(official: Option<&Floor>, own: Option<Money>, currency: Currency) -> Option<Self> {
        let official = official.filter(|floor| floor.hourly.currency == currency);
        let own = own.filter(|own| own.currency == currency && own.minor > 0);
        let (hourly, floor) = match (official, own) {
            (None, None) => return None,
            (Some(floor), Some(own)) if own.minor > floor.hourly.minor => (own.minor, WageFloor::OwnWage),
            (Some(floor), _) => (floor.hourly.minor, WageFloor::Official),
            (None, Some(own)) => (own.minor, WageFloor::OwnWage),
        };
        Some(Self {
            hourly,
            floor,
            official: official.cloned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn floor(skill: u8, from: &str, rupees: i64, version: u64) -> Floor {
        Floor {
            state: "Bihar".into(),
            names: vec!["bihar".into()],
            skill,
            effective_from: day(from),
            hourly: Money::inr(rupees * 100),
            source: "gazette".into(),
            version,
        }
    }

    #[test]
    fn the_floor_in_force_for_her_skill_holds() {
        let table = [
            floor(1, "2025-04-01", 50, 1),
            floor(1, "2026-04-01", 55, 2),
            floor(5, "2025-04-01", 70, 1),
            floor(5, "2027-04-01", 90, 2),
        ];
        let hourly = |skill, on| applying(&table, skill, day(on)).map(|floor| floor.hourly.minor / 100);
        assert_eq!(hourly(1, "2025-03-31"), None);
        assert_eq!(hourly(1, "2025-04-01"), Some(50));
        assert_eq!(hourly(4, "2026-05-01"), Some(55));
        assert_eq!(
            hourly(9, "2026-05-01"),
            Some(70),
            "not that of beginners, though newer"
        );
        assert_eq!(hourly(9, "2027-05-01"), Some(90));
        let late = [floor(1, "2026-04-01", 55, 1), floor(5, "2020-04-01", 40, 1)];
        let masters = applying(&late, 9, day("2026-05-01")).unwrap();
        assert_eq!(masters.hourly, Money::inr(5500), "never less than beginners");
    }

    #[test]
    fn a_table_loaded_later_corrects_an_earlier_one() {
        let table = [floor(1, "2026-04-01", 55, 1), floor(1, "2026-04-01", 56, 2)];
        assert_eq!(
            applying(&table, 3, day("2026-04-02")).unwrap().hourly,
            Money::inr(5600)
        );
    }

    #[test]
    fn her_own_wage_counts_where_it_is_more_or_no_floor_is_known() {
        let legal = floor(1, "2026-04-01", 55, 1);
        let of = |official: Option<&Floor>, own: Option<i64>| {
            let wage = Wage::of(official, own.map(Money::inr), Currency::INR)?;
            Some((wage.hourly, wage.floor))
        };
        assert_eq!(of(None, None), None);
        assert_eq!(of(Some(&legal), None), Some((5500, WageFloor::Official)));
        assert_eq!(of(Some(&legal), Some(4000)), Some((5500, WageFloor::Official)));
        assert_eq!(of(Some(&legal), Some(8000)), Some((8000, WageFloor::OwnWage)));
        assert_eq!(of(None, Some(8000)), Some((8000, WageFloor::OwnWage)));
        let dollars: Currency = serde_json::from_str("\"USD\"").unwrap();
        assert_eq!(Wage::of(Some(&legal), Some(Money::inr(8000)), dollars), None);
    }
}
