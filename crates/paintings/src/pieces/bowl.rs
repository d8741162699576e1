use crate::{
    colour::Colour,
    flat,
    lathe::Lathe,
    noise,
    space::{Vector, at},
    studio::{Skin, Solid, Studio},
};

const CLAY: Colour = Colour::of(186, 88, 50);
const BURNT: Colour = Colour::of(118, 48, 28);
const SLIP: Colour = Colour::of(244, 226, 196);
const LINEN: Colour = Colour::of(222, 206, 182);

pub(super) struct Bowl {
    body: Lathe,
}

/// Thrown, burnished, with a pattern in white slip below the rim.
pub(super) fn bowl() -> Studio<Bowl> {
    let body = Lathe::of(&[
        (0.0, 0.03),
        (0.34, 0.0),
        (0.40, 0.05),
        (0.66, 0.20),
        (0.90, 0.50),
        (1.0, 0.80),
        (1.02, 0.84),
        (0.97, 0.85),
        (0.90, 0.66),
        (0.70, 0.32),
        (0.40, 0.14),
        (0.0, 0.10),
    ]);
    Studio {
        solid: Bowl { body },
        backdrop: LINEN,
        ball: (0.38, 1.20),
        pitch: 0.46,
        reach: 1.0,
        lamp: 1.0,
    }
}

impl Solid for Bowl {
    fn distance(&self, p: Vector) -> f32 {
        self.body.distance(p)
    }

    fn skin(&self, p: Vector) -> Skin {
        let round = p.angle();
        let ring = (p.y * 90.0 + noise::smooth(at(round * 3.0, p.y * 8.0)) * 3.0).sin();
        let clay = CLAY.mix(
            BURNT,
            0.35 * noise::rough(at(round * 2.2, p.y * 5.0)) + 0.03 * ring,
        );
        if is_inside(p) {
            return Skin::of(inside(clay.mix(BURNT, 0.25), p), 0.7);
        }
        Skin::of(outside(clay, p), 0.45)
    }
}

/// The inner wall leans towards the axis.
fn is_inside(p: Vector) -> bool {
    let wall = 0.985 * (0.36 + 0.64 * ((p.y - 0.06) / 0.78).clamp(0.0, 1.0).powf(0.62));
    p.radius() < wall - 0.03 && p.y > 0.08
}

fn outside(clay: Colour, p: Vector) -> Colour {
    let count = 26.0;
    let (across, height) = (p.angle() * count / std::f32::consts::TAU, p.y - 0.62);
    let cell = at((across - across.round()) / count * 6.0, height);
    let steps = flat::diamond(cell, 0.085).max(-flat::diamond(cell, 0.045));
    let dots = flat::circle(cell, 0.016);
    let lines = ((height.abs() - 0.125).abs() - 0.010).min((p.y - 0.30).abs() - 0.008);
    let between = at(
        (across - across.floor() - 0.5) / count * 6.0,
        height.abs() - 0.075,
    );
    clay.with(steps, SLIP)
        .with(dots, SLIP)
        .with(lines, SLIP)
        .with(flat::circle(between, 0.014), SLIP)
}

fn inside(clay: Colour, p: Vector) -> Colour {
    let (petal, _) = flat::sector(at(p.x, p.z), 8.0);
    let flower = flat::leaf(petal - at(0.0, 0.07), 0.30, 0.13).abs() - 0.010;
    let rings = ((p.radius() - 0.46).abs() - 0.010).min((p.radius() - 0.50).abs() - 0.005);
    clay.with(flower, SLIP)
        .with(p.radius() - 0.04, SLIP)
        .with(rings, SLIP)
}
