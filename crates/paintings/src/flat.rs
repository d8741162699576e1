//! Distances to flat shapes: below 0 is inside. After the collection of Inigo Quilez, <https://iquilezles.org/articles/>.

use std::f32::consts::{PI, TAU};

use crate::{
    colour::Colour,
    noise,
    space::{Point, at},
};

pub(crate) fn circle(p: Point, radius: f32) -> f32 {
    p.length() - radius
}

/// An upright rectangle around the origin.
pub(crate) fn rectangle(p: Point, half_width: f32, half_height: f32) -> f32 {
    let (x, y) = (p.x.abs() - half_width, p.y.abs() - half_height);
    at(x.max(0.0), y.max(0.0)).length() + x.max(y).min(0.0)
}

/// A square on its tip.
pub(crate) fn diamond(p: Point, radius: f32) -> f32 {
    (p.x.abs() + p.y.abs() - radius) * std::f32::consts::FRAC_1_SQRT_2
}

pub(crate) fn line(p: Point, from: Point, to: Point) -> f32 {
    let (along, whole) = (p - from, to - from);
    let share = (along.dot(whole) / whole.dot(whole)).clamp(0.0, 1.0);
    (along - whole * share).length()
}

/// A leaf from the origin upwards.
pub(crate) fn leaf(p: Point, length: f32, width: f32) -> f32 {
    let (half, side) = (length / 2.0, width / 2.0);
    let radius = (half * half + side * side) / (2.0 * side);
    at(p.x.abs() + radius - side, p.y - half).length() - radius
}

/// A drop: round at the origin, its tip upwards.
pub(crate) fn drop(p: Point, radius: f32, length: f32) -> f32 {
    let p = p.mirrored();
    let slope = radius / length;
    let rise = (1.0 - slope * slope).sqrt();
    let along = p.dot(at(-slope, rise));
    if along < 0.0 {
        p.length() - radius
    } else if along > rise * length {
        (p - at(0.0, length)).length()
    } else {
        p.dot(at(rise, slope)) - radius
    }
}

/// A paisley: a drop whose tip bends to the right.
pub(crate) fn paisley(p: Point, radius: f32) -> f32 {
    let rise = (p.y / radius).max(0.0);
    let bent = at(p.x - 0.16 * radius * rise * rise, p.y);
    drop(bent, radius, 2.3 * radius) * 0.8
}

/// One of `count` equal sectors around the origin, turned upwards, and which it is.
pub(crate) fn sector(p: Point, count: f32) -> (Point, f32) {
    let width = TAU / count;
    let which = (p.x.atan2(p.y) / width).round();
    (p.turned(which * width), which)
}

/// One cell of a grid around its middle, and which it is.
pub(crate) fn cell(p: Point, width: f32, height: f32) -> (Point, i32, i32) {
    let (i, j) = ((p.x / width).round(), (p.y / height).round());
    (at(p.x - i * width, p.y - j * height), i as i32, j as i32)
}

/// A zigzag between -1 and 1 with this period.
pub(crate) fn zigzag(x: f32, period: f32) -> f32 {
    let share = (x / period).rem_euclid(1.0);
    (share - 0.5).abs() * 4.0 - 1.0
}

/// How cloth of crossing threads takes the light.
pub(crate) fn woven(p: Point, thread: f32) -> f32 {
    let (warp, weft) = ((p.x * PI / thread).sin(), (p.y * PI / thread).sin());
    let slub = noise::smooth(at(p.x / thread * 0.15, p.y / thread * 1.1));
    1.0 + 0.07 * warp * weft + 0.10 * (slub - 0.5)
}

/// How soft folds take the light.
pub(crate) fn folded(p: Point) -> f32 {
    let drift = noise::smooth(p * 0.9) * 2.4;
    1.0 + 0.10 * (p.x * 2.3 + p.y * 1.1 + drift).sin() + 0.05 * (p.x * 5.1 - p.y * 2.2 + drift * 2.0).sin()
}

/// Ink that a block or a pen left: not quite even.
pub(crate) fn inked(ground: Colour, ink: Colour, p: Point) -> Colour {
    ground.mix(ink, 0.80 + 0.22 * noise::rough(p * 26.0))
}
