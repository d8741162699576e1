//! Colours, as amounts of light.

use std::ops::{Add, Mul};

/// Red, green and blue light, 0 to 1 and beyond.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Colour {
    pub(crate) r: f32,
    pub(crate) g: f32,
    pub(crate) b: f32,
}

impl Colour {
    /// From the bytes of a screen. A gamma of 2 is close to sRGB and needs no powers.
    pub(crate) const fn of(r: u8, g: u8, b: u8) -> Self {
        const fn light(byte: u8) -> f32 {
            let share = byte as f32 / 255.0;
            share * share
        }
        Self {
            r: light(r),
            g: light(g),
            b: light(b),
        }
    }

    /// For a screen; what is brighter than white comes close to it.
    pub(crate) fn bytes(self) -> [u8; 3] {
        let byte = |light: f32| (light.clamp(0.0, 1.0).sqrt() * 255.0).round() as u8;
        [byte(self.r), byte(self.g), byte(self.b)]
    }

    /// Between this colour (0) and another (1).
    pub(crate) fn mix(self, other: Self, share: f32) -> Self {
        let share = share.clamp(0.0, 1.0);
        self * (1.0 - share) + other * share
    }

    /// The other colour where the distance says inside.
    pub(crate) fn with(self, distance: f32, other: Self) -> Self {
        if distance < 0.0 { other } else { self }
    }

    /// Filtered by another colour.
    pub(crate) fn through(self, filter: Self) -> Self {
        Self {
            r: self.r * filter.r,
            g: self.g * filter.g,
            b: self.b * filter.b,
        }
    }

    /// The largest difference as a screen shows it.
    pub(crate) fn contrast(self, other: Self) -> f32 {
        let apart = |a: f32, b: f32| (a.max(0.0).sqrt() - b.max(0.0).sqrt()).abs();
        apart(self.r, other.r)
            .max(apart(self.g, other.g))
            .max(apart(self.b, other.b))
    }
}

impl Add for Colour {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            r: self.r + other.r,
            g: self.g + other.g,
            b: self.b + other.b,
        }
    }
}

impl Mul<f32> for Colour {
    type Output = Self;

    fn mul(self, factor: f32) -> Self {
        Self {
            r: self.r * factor,
            g: self.g * factor,
            b: self.b * factor,
        }
    }
}
