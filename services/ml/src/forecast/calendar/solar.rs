//! Days that go by the sun's place among the stars.

use chrono::{Days, NaiveDate};

use super::{
    moment::{Moment, date_in_india, in_india, turn},
    moon,
    sun::{DELHI, longitude, rise_and_set, sidereal},
};

/// The sun's entry into a sidereal sign (0 to 11) near a day of the year.
fn entry(sign: u8, near: NaiveDate) -> Moment {
    (0..5).fold(in_india(near, 12.0), |moment, _| {
        let missing = 30.0 * f64::from(sign) - sidereal(longitude(moment), moment);
        moment + (turn(missing + 180.0) - 180.0) * 365.256 / 360.0
    })
}

/// The first day of the solar month Thai: that on which the sun enters Capricorn before it sets, else the next.
pub(super) fn pongal(year: i32) -> Option<NaiveDate> {
    let enters = entry(9, NaiveDate::from_ymd_opt(year, 1, 14)?);
    let date = date_in_india(enters)?;
    let (_, sunset) = rise_and_set(date, DELHI);
    date.checked_add_days(Days::new(u64::from(enters > sunset)))
}

/// The last day of the solar month Chingam at whose sunrise the moon is in the mansion Thiruvonam (Shravana).
pub(super) fn onam(year: i32) -> Option<NaiveDate> {
    let begins = date_in_india(entry(4, NaiveDate::from_ymd_opt(year, 8, 17)?))?;
    let ends = date_in_india(entry(5, NaiveDate::from_ymd_opt(year, 9, 17)?))?;
    ends.pred_opt()?
        .iter_days()
        .rev()
        .take_while(|&date| date >= begins)
        .find(|&date| mansion(rise_and_set(date, DELHI).0) == SHRAVANA)
}

/// The mansion of Onam and of the tenth of Ashvina.
pub(super) const SHRAVANA: u8 = 21;

/// The twenty-seventh of the sky in which the moon stands, 0 to 26.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a twenty-seventh of a turn"
)]
pub(super) fn mansion(moment: Moment) -> u8 {
    (sidereal(moon::position(moment).longitude, moment) * 27.0 / 360.0) as u8
}
