//! Days of the lunisolar calendar of India: months from new moon to new moon, thirtieths of a month (tithis).

use chrono::{Days, NaiveDate};

use super::{
    moment::{Moment, date_in_india, in_india, turn},
    moon,
    sun::{DELHI, longitude, rise_and_set, sidereal},
};

/// Months counted from new moon (amanta), Chaitra being 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Month {
    Shravana = 4,
    Bhadrapada = 5,
    Ashvina = 6,
    Kartika = 7,
    Phalguna = 11,
}

/// When within a day the tithi must be there for the day to be the festival's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Sunrise,
    Noon,
    /// In the fourth fifth of the day.
    Afternoon,
    /// In the middle of the two hours and a half after sunset.
    Dusk,
}

impl At {
    pub(super) fn on(self, date: NaiveDate) -> Moment {
        let (rise, set) = rise_and_set(date, DELHI);
        match self {
            Self::Sunrise => rise,
            Self::Noon => f64::midpoint(rise, set),
            Self::Afternoon => rise + 0.7 * (set - rise),
            Self::Dusk => set + 0.05,
        }
    }
}

/// From when to when a tithi lasts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tithi {
    pub(super) begins: Moment,
    pub(super) ends: Moment,
}

impl Tithi {
    /// The `number`th (1 to 30) of a month that begins in or shortly before the year; leap months do not count.
    pub(super) fn of(year: i32, month: Month, number: u8) -> Option<Self> {
        let new_moon = beginning(year, month)?;
        let after = f64::from(number) / 30.0 * moon::MONTH;
        let degrees = 12.0 * f64::from(number);
        Some(Self {
            begins: moon::when_at(turn(degrees - 12.0), new_moon + after - moon::MONTH / 30.0),
            ends: moon::when_at(turn(degrees), new_moon + after),
        })
    }

    /// The first day on which it is there at that time; where it is so on none, the day on which it ends.
    pub(super) fn day(self, at: At) -> Option<NaiveDate> {
        let first = date_in_india(self.begins)?;
        let mut days = (0..3)
            .filter_map(|later| first.checked_add_days(Days::new(later)))
            .filter(|&date| self.holds(at.on(date)));
        days.next().or_else(|| date_in_india(self.ends))
    }

    fn holds(self, moment: Moment) -> bool {
        self.begins <= moment && moment < self.ends
    }
}

/// The new moon with which a month begins.
fn beginning(year: i32, month: Month) -> Option<Moment> {
    let january = in_india(NaiveDate::from_ymd_opt(year, 1, 1)?, 0.0);
    let first = moon::when_at(0.0, january);
    (0..14)
        .map(|lunation| moon::when_at(0.0, first + f64::from(lunation) * moon::MONTH))
        .find(|&new_moon| {
            let next = moon::when_at(0.0, new_moon + moon::MONTH);
            let sign = sign(new_moon);
            (sign + 1) % 12 == month as u8 && sign != self::sign(next)
        })
}

/// The sidereal sign in which the sun stands, 0 to 11.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a twelfth of a turn"
)]
fn sign(moment: Moment) -> u8 {
    (sidereal(longitude(moment), moment) / 30.0) as u8
}
