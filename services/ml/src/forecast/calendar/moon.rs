//! Where the moon stands (Meeus, Astronomical Algorithms, 2nd ed., chapter 47; the larger terms, to 0.01 degrees).

use super::{
    moment::{Moment, centuries, cos, sin, turn},
    sun,
};

/// The days from one new moon to the next, on average.
pub(super) const MONTH: f64 = 29.530_588_861;

/// A place in the sky.
#[derive(Debug, Clone, Copy)]
pub(super) struct Position {
    /// Ecliptic longitude and latitude in degrees.
    pub(super) longitude: f64,
    pub(super) latitude: f64,
    /// From the earth's centre, in kilometres.
    pub(super) distance: f64,
}

/// Multiples of elongation, sun's anomaly, moon's anomaly and argument of latitude; millionths of a degree.
type Term = (f64, f64, f64, f64, f64);

#[rustfmt::skip]
const LONGITUDE: [Term; 39] = [
    (0.0, 0.0, 1.0, 0.0, 6_288_774.0), (2.0, 0.0, -1.0, 0.0, 1_274_027.0), (2.0, 0.0, 0.0, 0.0, 658_314.0),
    (0.0, 0.0, 2.0, 0.0, 213_618.0), (0.0, 1.0, 0.0, 0.0, -185_116.0), (0.0, 0.0, 0.0, 2.0, -114_332.0),
    (2.0, 0.0, -2.0, 0.0, 58_793.0), (2.0, -1.0, -1.0, 0.0, 57_066.0), (2.0, 0.0, 1.0, 0.0, 53_322.0),
    (2.0, -1.0, 0.0, 0.0, 45_758.0), (0.0, 1.0, -1.0, 0.0, -40_923.0), (1.0, 0.0, 0.0, 0.0, -34_720.0),
    (0.0, 1.0, 1.0, 0.0, -30_383.0), (2.0, 0.0, 0.0, -2.0, 15_327.0), (0.0, 0.0, 1.0, 2.0, -12_528.0),
    (0.0, 0.0, 1.0, -2.0, 10_980.0), (4.0, 0.0, -1.0, 0.0, 10_675.0), (0.0, 0.0, 3.0, 0.0, 10_034.0),
    (4.0, 0.0, -2.0, 0.0, 8_548.0), (2.0, 1.0, -1.0, 0.0, -7_888.0), (2.0, 1.0, 0.0, 0.0, -6_766.0),
    (1.0, 0.0, -1.0, 0.0, -5_163.0), (1.0, 1.0, 0.0, 0.0, 4_987.0), (2.0, -1.0, 1.0, 0.0, 4_036.0),
    (2.0, 0.0, 2.0, 0.0, 3_994.0), (4.0, 0.0, 0.0, 0.0, 3_861.0), (2.0, 0.0, -3.0, 0.0, 3_665.0),
    (0.0, 1.0, -2.0, 0.0, -2_689.0), (2.0, 0.0, -1.0, 2.0, -2_602.0), (2.0, -1.0, -2.0, 0.0, 2_390.0),
    (1.0, 0.0, 1.0, 0.0, -2_348.0), (2.0, -2.0, 0.0, 0.0, 2_236.0), (0.0, 1.0, 2.0, 0.0, -2_120.0),
    (0.0, 2.0, 0.0, 0.0, -2_069.0), (2.0, -2.0, -1.0, 0.0, 2_048.0), (2.0, 0.0, 1.0, -2.0, -1_773.0),
    (2.0, 0.0, 0.0, 2.0, -1_595.0), (4.0, -1.0, -1.0, 0.0, 1_215.0), (0.0, 0.0, 2.0, 2.0, -1_110.0),
];

#[rustfmt::skip]
const LATITUDE: [Term; 14] = [
    (0.0, 0.0, 0.0, 1.0, 5_128_122.0), (0.0, 0.0, 1.0, 1.0, 280_602.0), (0.0, 0.0, 1.0, -1.0, 277_693.0),
    (2.0, 0.0, 0.0, -1.0, 173_237.0), (2.0, 0.0, -1.0, 1.0, 55_413.0), (2.0, 0.0, -1.0, -1.0, 46_271.0),
    (2.0, 0.0, 0.0, 1.0, 32_573.0), (0.0, 0.0, 2.0, 1.0, 17_198.0), (2.0, 0.0, 1.0, -1.0, 9_266.0),
    (0.0, 0.0, 2.0, -1.0, 8_822.0), (2.0, -1.0, 0.0, -1.0, 8_216.0), (2.0, 0.0, -2.0, -1.0, 4_324.0),
    (2.0, 0.0, 1.0, 1.0, 4_200.0), (2.0, 1.0, 0.0, -1.0, -3_359.0),
];

/// The angles that the moon's place depends on, in degrees.
struct Arguments {
    mean_longitude: f64,
    elongation: f64,
    sun: f64,
    moon: f64,
    latitude: f64,
    /// The shrinking of the earth's orbit, once per multiple of the sun's anomaly.
    orbit: f64,
}

impl Arguments {
    fn at(t: f64) -> Self {
        Self {
            mean_longitude: 218.316_447_7 + 481_267.881_234_21 * t - 0.001_578_6 * t * t,
            elongation: 297.850_192_1 + 445_267.111_403_4 * t - 0.001_881_9 * t * t,
            sun: 357.529_109_2 + 35_999.050_290_9 * t - 0.000_153_6 * t * t,
            moon: 134.963_396_4 + 477_198.867_505_5 * t + 0.008_741_4 * t * t,
            latitude: 93.272_095 + 483_202.017_523_3 * t - 0.003_653_9 * t * t,
            orbit: 1.0 - 0.002_516 * t,
        }
    }

    /// Millionths of a degree.
    fn sum(&self, terms: &[Term]) -> f64 {
        terms
            .iter()
            .map(|&(d, m, n, f, size)| {
                let angle = d * self.elongation + m * self.sun + n * self.moon + f * self.latitude;
                size * self.orbit.powf(m.abs()) * sin(angle)
            })
            .sum()
    }
}

/// Where the moon stands, seen from the earth's centre.
pub(super) fn position(moment: Moment) -> Position {
    let t = centuries(moment);
    let of = Arguments::at(t);
    let venus = 3_958.0 * sin(119.75 + 131.849 * t) + 1_962.0 * sin(of.mean_longitude - of.latitude);
    let distance = 385_000.56
        - 20_905.355 * cos(of.moon)
        - 3_699.111 * cos(2.0 * of.elongation - of.moon)
        - 2_955.968 * cos(2.0 * of.elongation)
        - 569.925 * cos(2.0 * of.moon);
    Position {
        longitude: turn(
            of.mean_longitude + (of.sum(&LONGITUDE) + venus) / 1e6 - 0.004_78 * sin(125.04 - 1934.136 * t),
        ),
        latitude: of.sum(&LATITUDE) / 1e6,
        distance,
    }
}

/// How far the moon is ahead of the sun, 0 to 360 degrees: 0 is new, 180 full.
pub(super) fn phase(moment: Moment) -> f64 {
    turn(position(moment).longitude - sun::longitude(moment))
}

/// The moment nearest to `about` when the moon is `degrees` ahead of the sun.
pub(super) fn when_at(degrees: f64, about: Moment) -> Moment {
    (0..6).fold(about, |moment, _| {
        let missing = turn(degrees - phase(moment) + 180.0) - 180.0;
        moment + missing / 360.0 * MONTH
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Meeus, example 47.a: 12 April 1992, 0h dynamical time.
    #[test]
    fn the_position_is_that_of_the_textbook() {
        let moon = position(2_448_724.5 - 70.0 / 86_400.0);
        assert!((moon.longitude - 133.167).abs() < 0.01, "{}", moon.longitude);
        assert!((moon.latitude + 3.229).abs() < 0.01, "{}", moon.latitude);
        assert!((moon.distance - 368_409.7).abs() < 500.0, "{}", moon.distance);
    }

    /// Meeus, example 49.a: the new moon of 18 February 1977, 3h37m42s dynamical time.
    #[test]
    fn the_new_moon_is_that_of_the_textbook() {
        let new = when_at(0.0, 2_443_190.0);
        assert!((new - 2_443_192.651).abs() < 0.003, "{new}");
    }
}
