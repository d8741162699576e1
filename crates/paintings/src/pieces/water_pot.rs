use std::f32::consts::TAU;

use crate::{
    colour::Colour,
    flat,
    lathe::Lathe,
    noise,
    space::{Vector, at},
    studio::{Skin, Solid, Studio},
};

const CLAY: Colour = Colour::of(196, 106, 62);
const ASH: Colour = Colour::of(132, 62, 38);
const BLACK: Colour = Colour::of(42, 30, 26);
const WHITE: Colour = Colour::of(246, 234, 212);
const WALL: Colour = Colour::of(196, 202, 194);

pub(super) struct Pot {
    body: Lathe,
}

/// Beaten thin, painted in black and white before the firing.
pub(super) fn pot() -> Studio<Pot> {
    let body = Lathe::of(&[
        (0.0, 0.0),
        (0.28, 0.0),
        (0.66, 0.22),
        (0.86, 0.58),
        (0.78, 0.94),
        (0.46, 1.18),
        (0.33, 1.28),
        (0.34, 1.38),
        (0.46, 1.49),
        (0.47, 1.53),
        (0.41, 1.52),
        (0.29, 1.40),
        (0.28, 1.27),
        (0.40, 1.14),
        (0.70, 0.92),
        (0.78, 0.58),
        (0.0, 0.10),
    ]);
    Studio {
        solid: Pot { body },
        backdrop: WALL,
        ball: (0.76, 1.02),
        pitch: 0.27,
        reach: 1.08,
        lamp: 1.0,
    }
}

impl Solid for Pot {
    fn distance(&self, p: Vector) -> f32 {
        self.body.distance(p)
    }

    fn skin(&self, p: Vector) -> Skin {
        let grain = noise::rough(at(p.angle() * 2.5, p.y * 4.0));
        let clay = CLAY.mix(ASH, (1.3 * grain - 0.25).max(0.0));
        let neck = p.y > 1.2;
        Skin::of(if neck { collar(clay, p) } else { belly(clay, p) }, 0.18)
    }
}

fn collar(clay: Colour, p: Vector) -> Colour {
    clay.with((p.y - 1.28).abs() - 0.018, BLACK)
        .with((p.y - 1.47).abs() - 0.02, WHITE)
}

/// Bands from the shoulder down: rays, zigzags, a row of leaves, dots.
fn belly(clay: Colour, p: Vector) -> Colour {
    let round = p.angle() / TAU;
    let band = |height: f32, half: f32| (p.y - height).abs() - half;
    let rays = flat::zigzag(round, 1.0 / 30.0) * 0.055 + p.y - 1.10;
    let zigzag = (p.y - 0.93 - 0.035 * flat::zigzag(round, 1.0 / 24.0)).abs() - 0.016;
    let painted = clay
        .with(rays.abs() - 0.016, BLACK)
        .with(band(1.01, 0.012), WHITE)
        .with(zigzag, WHITE)
        .with(band(0.85, 0.012), WHITE)
        .with(band(0.68, 0.145), BLACK)
        .with(band(0.51, 0.012), WHITE);
    let leaves = leaves(painted, round, p.y - 0.68);
    let (dot, _, _) = flat::cell(at(round, p.y - 0.44), 1.0 / 40.0, 10.0);
    leaves
        .with(at(dot.x * 5.2, dot.y).length() - 0.020, WHITE)
        .with(band(0.37, 0.010), BLACK)
}

fn leaves(painted: Colour, round: f32, height: f32) -> Colour {
    let (cell, _, _) = flat::cell(at(round, 0.0), 1.0 / 18.0, 1.0);
    let p = at(cell.x * 5.2, height);
    let (petal, _) = flat::sector(p, 8.0);
    let flower = flat::leaf(petal - at(0.0, 0.022), 0.085, 0.042);
    let (next, _, _) = flat::cell(at(round + 0.5 / 18.0, 0.0), 1.0 / 18.0, 1.0);
    let spot = flat::diamond(at(next.x * 5.2, height), 0.038);
    painted
        .with(flower, WHITE)
        .with(flat::circle(p, 0.016), CLAY)
        .with(spot, CLAY)
        .with(spot + 0.014, WHITE)
}
