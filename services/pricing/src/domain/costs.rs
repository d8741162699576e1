use serde::{Deserialize, Serialize};
use shared_models::money::Amount;

use super::portion::share_up;

/// The greatest sum of costs, in major units: what is asked for on top still fits on the wire.
pub(crate) const MOST: i64 = 100_000_000_000;
/// Hours are counted in ten-thousandths.
const HOUR: i64 = 10_000;

/// What making a piece takes, in minor units; none of it is negative.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Costs {
    /// All of them together.
    pub(crate) materials: i64,
    /// What is neither material, work nor overhead.
    #[serde(default)]
    pub(crate) base: i64,
    pub(crate) overhead: i64,
    /// In ten-thousandths of an hour; nothing when she did not say.
    pub(crate) hours: Option<i64>,
}

/// The costs add up to more than can be asked for anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the costs add up to more than {MOST}")]
pub(crate) struct TooDear;

impl Costs {
    /// Hours as they are kept.
    pub(crate) fn hours_of(hours: Amount) -> i64 {
        hours.tenthousandths()
    }

    /// What the hours cost at a wage of so many minor units, rounded up: never a paisa below the floor.
    pub(crate) fn labor(&self, hourly: i64) -> Option<i64> {
        Some(share_up(hourly, self.hours.filter(|hours| *hours > 0)?, HOUR))
    }

    /// Whether somebody said how long it takes; nothing is made by hand in no time.
    pub(crate) fn knows_hours(&self) -> bool {
        self.hours.is_some_and(|hours| hours > 0)
    }

    /// Materials, work and overhead at a wage: what the piece must bring. Nothing without hours.
    ///
    /// `decimals` are those of the currency.
    pub(crate) fn at(&self, hourly: i64, decimals: u32) -> Result<Option<Paid>, TooDear> {
        let Some(labor) = self.labor(hourly) else {
            return Ok(None);
        };
        let parts = [self.materials, self.base, labor, self.overhead];
        let sum = parts.iter().try_fold(0_i64, |sum, part| sum.checked_add(*part));
        let most = MOST.saturating_mul(10_i64.pow(decimals));
        match sum {
            Some(total) if total <= most => Ok(Some(Paid {
                materials: self.materials,
                base: self.base,
                labor,
                overhead: self.overhead,
                total,
            })),
            _ => Err(TooDear),
        }
    }
}

/// What a piece costs when its maker is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Paid {
    pub(super) materials: i64,
    pub(super) base: i64,
    pub(super) labor: i64,
    pub(super) overhead: i64,
    /// The sum of the others.
    pub(super) total: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_is_rounded_up_to_a_whole_paisa() {
        let costs = Costs {
            hours: Some(Costs::hours_of(Amount::parse("0.3333").unwrap())),
            ..Costs::default()
        };
        assert_eq!(costs.labor(10_001), Some(3334));
        assert_eq!(Costs::default().labor(10_001), None);
        let no_time = Costs {
            hours: Some(0),
            ..costs
        };
        assert_eq!((no_time.labor(10_001), no_time.knows_hours()), (None, false));
    }

    #[test]
    fn costs_beyond_measure_are_refused() {
        let costs = Costs {
            materials: MOST * 100,
            hours: Some(1),
            ..Costs::default()
        };
        assert_eq!(costs.at(10_000, 2), Err(TooDear));
        assert!(costs.at(0, 2).unwrap().is_some());
        let endless = Costs {
            materials: i64::MAX,
            overhead: i64::MAX,
            ..costs
        };
        assert_eq!(endless.at(0, 2), Err(TooDear));
    }
}
