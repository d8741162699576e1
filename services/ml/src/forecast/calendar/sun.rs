//! Where the sun stands (Meeus, Astronomical Algorithms, 2nd ed., chapters 22, 25 and 28; to 0.01 degrees).

use chrono::NaiveDate;

use super::moment::{Moment, centuries, cos, in_india, sin, turn};

/// Degrees north and east.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) north: f64,
    pub(super) east: f64,
}

/// Delhi, for which the lists of public holidays are made.
pub(super) const DELHI: Place = Place {
    north: 28.61,
    east: 77.21,
};

/// Apparent longitude in degrees.
pub(super) fn longitude(moment: Moment) -> f64 {
    let t = centuries(moment);
    let mean = 280.46646 + 36_000.769_83 * t + 0.000_303_2 * t * t;
    let anomaly = 357.52911 + 35_999.050_29 * t - 0.000_153_7 * t * t;
    let centre = (1.914_602 - 0.004_817 * t) * sin(anomaly)
        + (0.019_993 - 0.000_101 * t) * sin(2.0 * anomaly)
        + 0.000_289 * sin(3.0 * anomaly);
    turn(mean + centre - 0.00569 - 0.00478 * sin(125.04 - 1934.136 * t))
}

/// Longitude from the Indian zero point (Lahiri's ayanamsa: 23.857 degrees at J2000, 50.29 seconds of arc a year).
pub(super) fn sidereal(longitude: f64, moment: Moment) -> f64 {
    turn(longitude - 23.857 - 1.396_97 * centuries(moment))
}

/// The tilt of the earth's axis, in degrees.
pub(super) fn obliquity(moment: Moment) -> f64 {
    23.439_29 - 0.013_004 * centuries(moment)
}

/// When the sun's upper rim rises, and when it sets; at twelve hours' distance from noon where it does not.
pub(super) fn rise_and_set(date: NaiveDate, place: Place) -> (Moment, Moment) {
    let guess = in_india(date, 12.0);
    let sun = longitude(guess);
    let tilt = obliquity(guess);
    let declination = (sin(tilt) * sin(sun)).asin().to_degrees();
    let ascension = (cos(tilt) * sin(sun)).atan2(cos(sun)).to_degrees();
    let mean = 280.46646 + 36_000.769_83 * centuries(guess) - 0.005_718_3;
    let equation = turn(mean - ascension + 180.0) - 180.0;
    let noon = guess + (82.5 - place.east - equation) / 360.0;
    let cosine = (sin(-0.833) - sin(place.north) * sin(declination)) / (cos(place.north) * cos(declination));
    let half_day = cosine.clamp(-1.0, 1.0).acos().to_degrees() / 360.0;
    (noon - half_day, noon + half_day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Meeus, example 25.a: 13 October 1992, 0h dynamical time.
    #[test]
    fn the_longitude_is_that_of_the_textbook() {
        assert!((longitude(2_448_908.5 - 70.0 / 86_400.0) - 199.909).abs() < 0.01);
    }

    /// 15 August 2024 in Delhi: 05:50 and 19:00 (India Meteorological Department).
    #[test]
    fn the_sun_rises_and_sets_in_time() {
        let day = NaiveDate::from_ymd_opt(2024, 8, 15).unwrap();
        let (rise, set) = rise_and_set(day, DELHI);
        let minutes = |at: f64, hours| ((at - in_india(day, hours)) * 1440.0).abs();
        assert!(minutes(rise, 5.83) < 4.0, "{}", minutes(rise, 5.83));
        assert!(minutes(set, 19.0) < 4.0, "{}", minutes(set, 19.0));
    }
}
