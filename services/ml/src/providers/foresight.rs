//! What a forecaster elsewhere is told, what it answers, and what of that cannot be.

use chrono::{Days, NaiveDate};

use super::Failure;

/// No day is expected to sell so many times what the best day so far has sold.
const BEYOND: f64 = 10.0;

/// A daily series whose future is asked for.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct History {
    pub(crate) first: NaiveDate,
    /// Pieces of each day, without a gap.
    pub(crate) units: Vec<f64>,
    /// So many days after the last.
    pub(crate) horizon: usize,
}

/// One day to come.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Coming {
    pub(crate) date: NaiveDate,
    pub(crate) mean: f64,
    /// Eight days of ten are between these.
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// What a forecaster says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Foreseen {
    pub(crate) days: Vec<Coming>,
    /// In words, for the answer.
    pub(crate) method: String,
}

impl History {
    /// The known days with their pieces.
    pub(super) fn dated(&self) -> impl Iterator<Item = (NaiveDate, f64)> {
        self.first.iter_days().zip(self.units.iter().copied())
    }

    fn most(&self) -> f64 {
        self.units.iter().copied().fold(1.0, f64::max)
    }
}

impl Foreseen {
    /// The same when it can be: each day of the horizon in its order, and numbers that pieces can have.
    pub(super) fn believed(mut self, history: &History) -> Result<Self, Failure> {
        if self.days.len() != history.horizon {
            let wanted = history.horizon;
            return Err(unbelievable(format!("{} days of {wanted}", self.days.len())));
        }
        let after = Days::new(history.units.len() as u64);
        let begin = history.first.checked_add_days(after).unwrap_or(history.first);
        for (date, day) in begin.iter_days().zip(&mut self.days) {
            day.check(date, BEYOND * history.most())?;
            // Models of any series do not know that there are no fewer pieces than none.
            day.low = day.low.max(0.0);
        }
        Ok(self)
    }
}

impl Coming {
    fn check(&self, date: NaiveDate, most: f64) -> Result<(), Failure> {
        let wrong = if self.date != date {
            "it is not the day's turn"
        } else if ![self.mean, self.low, self.high]
            .iter()
            .all(|value| value.is_finite())
        {
            "not a number"
        } else if self.mean < 0.0 || self.high < 0.0 {
            "fewer pieces than none"
        } else if self.low > self.high {
            "the interval's ends cross"
        } else if self.mean > most {
            "more pieces than can be"
        } else {
            return Ok(());
        };
        Err(unbelievable(format!("{wrong}: {self:?}")))
    }
}

fn unbelievable(what: String) -> Failure {
    Failure::Unbelievable(what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(of_march: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 3, of_march).unwrap()
    }

    fn history() -> History {
        History {
            first: day(1),
            units: vec![2.0, 3.0, 4.0],
            horizon: 2,
        }
    }

    fn coming(of_march: u32, mean: f64, low: f64, high: f64) -> Coming {
        Coming {
            date: day(of_march),
            mean,
            low,
            high,
        }
    }

    fn believed(days: Vec<Coming>) -> Option<Vec<Coming>> {
        let method = String::new();
        let believed = Foreseen { days, method }.believed(&history());
        believed.ok().map(|foreseen| foreseen.days)
    }

    #[test]
    fn what_can_be_is_believed_and_no_interval_begins_below_nothing() {
        let told = vec![coming(4, 3.0, 1.0, 5.0), coming(5, 0.5, -0.75, 2.0)];
        let kept = believed(told).unwrap();
        assert_eq!(kept, [coming(4, 3.0, 1.0, 5.0), coming(5, 0.5, 0.0, 2.0)]);
    }

    #[test]
    fn what_cannot_be_is_not() {
        let good = coming(4, 3.0, 1.0, 5.0);
        for other in [
            coming(6, 3.0, 1.0, 5.0),
            coming(5, -0.5, -1.0, 5.0),
            coming(5, 0.0, -2.0, -1.0),
            coming(5, 3.0, 5.0, 1.0),
            coming(5, f64::NAN, 1.0, 5.0),
            coming(5, 3.0, f64::NEG_INFINITY, 5.0),
            coming(5, 3.0, 1.0, f64::INFINITY),
            coming(5, 41.0, 1.0, 50.0),
        ] {
            assert_eq!(believed(vec![good, other]), None, "{other:?}");
        }
        assert_eq!(believed(vec![good]), None);
        assert_eq!(believed(vec![coming(5, 3.0, 1.0, 5.0), good]), None);
    }
}
