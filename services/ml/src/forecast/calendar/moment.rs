//! Moments as Julian days, and degrees.

use chrono::{Datelike, NaiveDate};

/// Days since noon of 1 January 4713 BC, Universal Time.
pub(super) type Moment = f64;

/// India Standard Time, as a part of a day.
const INDIA: f64 = 5.5 / 24.0;
/// Midnight before 1 January of the year 1.
const COMMON_ERA: f64 = 1_721_424.5;

/// A time of day in India, as a moment; `hours` since midnight.
pub(super) fn in_india(date: NaiveDate, hours: f64) -> Moment {
    f64::from(date.num_days_from_ce()) + COMMON_ERA + hours / 24.0 - INDIA
}

/// The date in India at a moment; `None` far outside the calendar.
#[expect(clippy::cast_possible_truncation, reason = "a number of days")]
pub(super) fn date_in_india(moment: Moment) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt((moment + INDIA - COMMON_ERA).floor() as i32)
}

/// Julian centuries of dynamical time since the epoch J2000.
///
/// Dynamical time is 70 s ahead, as it is within half a minute from 1995 to 2050.
pub(super) fn centuries(moment: Moment) -> f64 {
    (moment + 70.0 / 86_400.0 - 2_451_545.0) / 36_525.0
}

/// An angle between 0 and 360 degrees.
pub(super) fn turn(degrees: f64) -> f64 {
    degrees.rem_euclid(360.0)
}

pub(super) fn sin(degrees: f64) -> f64 {
    degrees.to_radians().sin()
}

pub(super) fn cos(degrees: f64) -> f64 {
    degrees.to_radians().cos()
}
