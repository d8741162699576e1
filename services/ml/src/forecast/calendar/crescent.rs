//! Days of the Islamic calendar as India sees its months begin: with the first evening of a visible crescent.

use chrono::{Days, NaiveDate};

use super::{
    moment::{Moment, cos, date_in_india, sin, turn},
    moon,
    sun::{self, Place, rise_and_set},
};

/// Between the places whose sightings the country follows.
const LUCKNOW: Place = Place {
    north: 26.85,
    east: 80.95,
};

/// The day of a month (1 to 12) whose reckoned date lies in a year of the Islamic era.
pub(super) fn day(islamic_year: i32, month: i32, day: u64) -> Option<NaiveDate> {
    let new_moon = moon::when_at(0.0, reckoned(islamic_year, month) - 1.5);
    let evening = date_in_india(new_moon)?;
    let seen = (0..4)
        .filter_map(|later| evening.checked_add_days(Days::new(later)))
        .find(|&date| is_seen(date))?;
    seen.checked_add_days(Days::new(day))
}

/// Midnight before the first of a month in the tabular calendar.
fn reckoned(year: i32, month: i32) -> Moment {
    let (year, month) = (f64::from(year), f64::from(month));
    ((11.0 * year + 3.0) / 30.0).floor() + 354.0 * year + 30.0 * month - ((month - 1.0) / 2.0).floor()
        + 1_948_055.5
}

/// Years of the Islamic era that touch a year of the common era.
pub(super) fn years_of(year: i32) -> [i32; 3] {
    let about = (year - 622) * 33 / 32;
    [about - 1, about, about + 1]
}

/// Whether the crescent is easily seen after sunset: Yallop's test (NAO Technical Note 69, 1997), class A.
fn is_seen(date: NaiveDate) -> bool {
    let (_, sunset) = rise_and_set(date, LUCKNOW);
    let moment = sunset + 0.012;
    let moon = moon::position(moment);
    let sun = sun::longitude(moment);
    if moon::phase(moment) > 180.0 {
        return false;
    }
    let arc = height(moon.longitude, moon.latitude, moment) - height(sun, 0.0, moment);
    let apart = (cos(moon.latitude) * cos(moon.longitude - sun))
        .acos()
        .to_degrees();
    let radius = (1_737.4 / moon.distance).asin().to_degrees() * 60.0;
    let width = radius * (1.0 - cos(apart));
    let needed = 11.8371 - 6.3226 * width + 0.7319 * width.powi(2) - 0.1018 * width.powi(3);
    (arc - needed) / 10.0 > EASILY
}

/// The least score of Yallop's class A.
const EASILY: f64 = 0.216;

/// Degrees above the horizon of Lucknow, seen from the earth's centre.
fn height(longitude: f64, latitude: f64, moment: Moment) -> f64 {
    let tilt = sun::obliquity(moment);
    let declination = (sin(latitude) * cos(tilt) + cos(latitude) * sin(tilt) * sin(longitude))
        .asin()
        .to_degrees();
    let ascension = (sin(longitude) * cos(tilt) - latitude.to_radians().tan() * sin(tilt))
        .atan2(cos(longitude))
        .to_degrees();
    let sidereal = turn(280.460_618_37 + 360.985_647_366_29 * (moment - 2_451_545.0) + LUCKNOW.east);
    let hour = sidereal - ascension;
    (sin(LUCKNOW.north) * sin(declination) + cos(LUCKNOW.north) * cos(declination) * cos(hour))
        .asin()
        .to_degrees()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 Shawwal 1445 is reckoned for 10 April 2024.
    #[test]
    fn the_reckoning_is_that_of_the_tabular_calendar() {
        let reckoned = date_in_india(reckoned(1445, 10) + 0.3);
        assert_eq!(reckoned, NaiveDate::from_ymd_opt(2024, 4, 10));
    }
}
