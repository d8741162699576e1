//! Chance that is the same each time.

use crate::space::{Point, at};

/// 0 to 1 for each cell of a grid.
pub(crate) fn chance(x: i32, y: i32) -> f32 {
    let mut mixed = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77);
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    ((mixed ^ (mixed >> 15)) >> 8) as f32 / (1u32 << 24) as f32
}

/// 0 to 1, smooth, with bumps about 1 apart.
pub(crate) fn smooth(p: Point) -> f32 {
    let (x, y) = (p.x.floor(), p.y.floor());
    let (i, j) = (x as i32, y as i32);
    let ease = |t: f32| t * t * (3.0 - 2.0 * t);
    let (s, t) = (ease(p.x - x), ease(p.y - y));
    let row = |j: i32| chance(i, j) + (chance(i + 1, j) - chance(i, j)) * s;
    row(j) + (row(j + 1) - row(j)) * t
}

/// The same with ever smaller bumps on the bumps.
pub(crate) fn rough(p: Point) -> f32 {
    let octaves = [(1.0, 0.5), (2.03, 0.25), (4.11, 0.125), (8.3, 0.125)];
    octaves
        .iter()
        .map(|(size, weight)| weight * smooth(p * *size + at(*size * 7.1, *size * 3.7)))
        .sum()
}
