use std::f32::consts::TAU;

use crate::{
    colour::Colour,
    flat,
    lathe::Lathe,
    space::{Point, Vector, at},
    studio::{Skin, Solid, Studio},
};

const RED: Colour = Colour::of(206, 34, 34);
const YELLOW: Colour = Colour::of(246, 190, 32);
const GREEN: Colour = Colour::of(28, 134, 78);
const BLUE: Colour = Colour::of(26, 72, 152);
const FACE: Colour = Colour::of(240, 196, 150);
const BLACK: Colour = Colour::of(34, 24, 22);
const WHITE: Colour = Colour::of(252, 246, 234);
const SKY: Colour = Colour::of(232, 208, 170);

pub(super) struct Doll {
    body: Lathe,
}

/// Turned of soft wood and lacquered on the lathe.
pub(super) fn doll() -> Studio<Doll> {
    let body = Lathe::of(&[
        (0.0, 0.0),
        (0.52, 0.0),
        (0.58, 0.08),
        (0.56, 0.34),
        (0.47, 0.60),
        (0.40, 0.82),
        (0.36, 1.00),
        (0.25, 1.09),
        (0.33, 1.18),
        (0.44, 1.40),
        (0.40, 1.64),
        (0.30, 1.76),
        (0.40, 1.80),
        (0.36, 1.90),
        (0.22, 2.04),
        (0.09, 2.12),
        (0.11, 2.20),
        (0.0, 2.26),
    ]);
    Studio {
        solid: Doll { body },
        backdrop: SKY,
        ball: (1.12, 1.28),
        pitch: 0.16,
        reach: 1.04,
        lamp: 1.0,
    }
}

impl Solid for Doll {
    fn distance(&self, p: Vector) -> f32 {
        self.body.distance(p)
    }

    fn skin(&self, p: Vector) -> Skin {
        let round = p.angle() / TAU;
        let colour = match p.y {
            y if y < 1.0 => dress(round, y),
            y if y < 1.12 => YELLOW,
            y if y < 1.74 => head(at(p.angle() * 0.43, y)),
            y => turban(round, y),
        };
        Skin::of(colour, 0.95)
    }
}

fn dress(round: f32, y: f32) -> Colour {
    let band = |height: f32, half: f32| (y - height).abs() - half;
    let (cell, which, _) = flat::cell(at(round, 0.0), 1.0 / 12.0, 9.0);
    let p = at(cell.x * 3.4, y - 0.34);
    let (petal, _) = flat::sector(p, 6.0);
    let petals = if which.rem_euclid(2) == 0 { YELLOW } else { WHITE };
    let (dot, _, _) = flat::cell(at(round, 0.0), 1.0 / 26.0, 9.0);
    RED.with(flat::leaf(petal - at(0.0, 0.02), 0.085, 0.05), petals)
        .with(flat::circle(p, 0.026), GREEN)
        .with(band(0.06, 0.07), BLUE)
        .with(at(dot.x * 3.4, y - 0.07).length() - 0.022, YELLOW)
        .with(band(0.15, 0.016), YELLOW)
        .with(band(0.54, 0.016), YELLOW)
        .with(0.60 - y, GREEN)
        .with(band(0.62, 0.012), WHITE)
        .with(
            (y - 0.78 - 0.035 * flat::zigzag(round, 1.0 / 16.0)).abs() - 0.018,
            YELLOW,
        )
        .with(band(0.96, 0.03), YELLOW)
}

/// Its middle is at the height of 1.42.
fn head(p: Point) -> Colour {
    let p = at(p.x, p.y - 1.42);
    let half = p.mirrored();
    let eye = half - at(0.135, 0.02);
    let almond = flat::leaf(
        eye.turned(std::f32::consts::FRAC_PI_2) - at(0.0, -0.085),
        0.17,
        0.095,
    );
    let brow = (half - at(0.135, -0.06)).length() - 0.185;
    let brow = (brow.abs() - 0.012)
        .max(0.09 - p.y)
        .max((half.x - 0.135).abs() - 0.10);
    let smile = (((p - at(0.0, -0.06)).length() - 0.115).abs() - 0.013).max(p.y + 0.11);
    let nose = ((p - at(0.02, -0.055)).length() - 0.030).max(p.x - 0.03);
    let cheek = flat::circle(half - at(0.23, -0.12), 0.052);
    let hair = 0.31 - half.x.max(0.31 - (0.34 - p.y).max(0.0) * 3.0);
    FACE.with(cheek, FACE.mix(RED, 0.45))
        .with(almond - 0.012, BLACK)
        .with(almond, WHITE)
        .with(flat::circle(eye, 0.040), BLACK)
        .with(flat::circle(eye - at(0.014, 0.016), 0.012), WHITE)
        .with(brow, BLACK)
        .with(nose.abs() - 0.006, FACE.mix(BLACK, 0.35))
        .with(smile, RED)
        .with(flat::circle(p - at(0.0, 0.15), 0.026), RED)
        .with(hair.min(0.40 - half.x), BLACK)
}

fn turban(round: f32, y: f32) -> Colour {
    let spiral = (round * 3.0 + y * 7.0).rem_euclid(1.0);
    let folds = if spiral < 0.5 { YELLOW } else { RED };
    folds.with((y - 1.79).abs() - 0.035, BLUE).with(2.08 - y, GREEN)
}
