//! When the festivals are that people in India buy for, computed from sun and moon.

mod crescent;
mod lunisolar;
mod moment;
mod moon;
mod solar;
mod sun;

use chrono::{Datelike, Days, NaiveDate};

use self::lunisolar::{At, Month, Tithi};

/// A festival before or during which demand changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Festival {
    Pongal,
    Holi,
    EidAlFitr,
    EidAlAdha,
    RakshaBandhan,
    Onam,
    GaneshChaturthi,
    DurgaPuja,
    Dussehra,
    Diwali,
    GuruNanakJayanti,
    Christmas,
}

impl Festival {
    /// All of them, as a year usually brings them.
    pub const ALL: [Self; 12] = [
        Self::Pongal,
        Self::Holi,
        Self::EidAlFitr,
        Self::EidAlAdha,
        Self::RakshaBandhan,
        Self::Onam,
        Self::GaneshChaturthi,
        Self::DurgaPuja,
        Self::Dussehra,
        Self::Diwali,
        Self::GuruNanakJayanti,
        Self::Christmas,
    ];

    /// Its name in English.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pongal => "Pongal",
            Self::Holi => "Holi",
            Self::EidAlFitr => "Eid al-Fitr",
            Self::EidAlAdha => "Eid al-Adha",
            Self::RakshaBandhan => "Raksha Bandhan",
            Self::Onam => "Onam",
            Self::GaneshChaturthi => "Ganesh Chaturthi",
            Self::DurgaPuja => "Durga Puja",
            Self::Dussehra => "Dussehra",
            Self::Diwali => "Diwali",
            Self::GuruNanakJayanti => "Guru Nanak Jayanti",
            Self::Christmas => "Christmas",
        }
    }

    /// Its days in a year, one as a rule. The Islamic year is shorter: there its two festivals may come twice.
    ///
    /// Days that depend on a sighting of the moon may be one off. Good for 1950 to 2100.
    pub fn days_in(self, year: i32) -> Vec<NaiveDate> {
        match self {
            Self::EidAlFitr => islamic(year, 10, 1),
            Self::EidAlAdha => islamic(year, 12, 10),
            other => other.day_in(year).into_iter().collect(),
        }
    }

    fn day_in(self, year: i32) -> Option<NaiveDate> {
        let of = |month, number, at| Tithi::of(year, month, number)?.day(at);
        match self {
            Self::Pongal => solar::pongal(year),
            Self::Onam => solar::onam(year),
            Self::Christmas => NaiveDate::from_ymd_opt(year, 12, 25),
            Self::Holi => holi(Tithi::of(year, Month::Phalguna, 15)?),
            Self::RakshaBandhan => raksha_bandhan(Tithi::of(year, Month::Shravana, 15)?),
            Self::GaneshChaturthi => of(Month::Bhadrapada, 4, At::Noon),
            Self::DurgaPuja => of(Month::Ashvina, 8, At::Sunrise),
            Self::Dussehra => dussehra(Tithi::of(year, Month::Ashvina, 10)?),
            Self::Diwali => of(Month::Ashvina, 30, At::Dusk),
            Self::GuruNanakJayanti => of(Month::Kartika, 15, At::Sunrise),
            Self::EidAlFitr | Self::EidAlAdha => None,
        }
    }
}

/// The day after the bonfire, which is lit at dusk on the day of the full moon.
///
/// The first half of that tithi is unfit for it: when the tithi lasts through seven eighths of the next day, the fire
/// is lit on that day.
fn holi(full: Tithi) -> Option<NaiveDate> {
    let fire = full.day(At::Dusk)?;
    let next = fire.succ_opt()?;
    let day = 2.0 * (At::Noon.on(next) - At::Sunrise.on(next));
    let late = full.ends > At::Sunrise.on(next) + 0.875 * day;
    let fire = if late { next } else { fire };
    fire.succ_opt()
}

/// The day of the full moon, if the tithi lasts for a tenth of a day after its sunrise; else the day before.
fn raksha_bandhan(full: Tithi) -> Option<NaiveDate> {
    let day = full.day(At::Sunrise)?;
    if full.ends > At::Sunrise.on(day) + 0.1 {
        Some(day)
    } else {
        day.checked_sub_days(Days::new(1))
    }
}

/// The day on whose afternoon the tithi is there; but that on which it is there at sunrise, if in its afternoon the moon
/// is in the mansion Shravana.
fn dussehra(tenth: Tithi) -> Option<NaiveDate> {
    let risen = tenth.day(At::Sunrise)?;
    if solar::mansion(At::Afternoon.on(risen)) == solar::SHRAVANA {
        Some(risen)
    } else {
        tenth.day(At::Afternoon)
    }
}

fn islamic(year: i32, month: i32, day: u64) -> Vec<NaiveDate> {
    crescent::years_of(year)
        .into_iter()
        .filter_map(|islamic_year| crescent::day(islamic_year, month, day))
        .filter(|date| date.year() == year)
        .collect()
}

#[cfg(test)]
mod tests;
