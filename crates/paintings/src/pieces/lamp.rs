use crate::{
    colour::Colour,
    lathe::Lathe,
    noise,
    space::{Vector, at, vector},
    studio::{Skin, Solid, Studio},
};

const BRASS: Colour = Colour::of(236, 164, 70);
const DUSK: Colour = Colour::of(96, 58, 44);
const FLAME: Colour = Colour::of(255, 196, 92);
const HEART: Colour = Colour::of(255, 244, 206);

pub(super) struct Lamp {
    body: Lathe,
    flame: Lathe,
}

/// Five wicks around the bowl, and a finial in the middle.
const WICKS: usize = 5;
const BOWL: f32 = 0.50;
const OIL: f32 = 1.60;

pub(super) fn lamp() -> Studio<Lamp> {
    let body = Lathe::of(&[
        (0.0, 0.0),
        (0.56, 0.0),
        (0.60, 0.05),
        (0.46, 0.14),
        (0.18, 0.22),
        (0.11, 0.34),
        (0.19, 0.42),
        (0.11, 0.50),
        (0.08, 0.72),
        (0.16, 0.82),
        (0.08, 0.92),
        (0.07, 1.14),
        (0.17, 1.24),
        (0.10, 1.34),
        (0.24, 1.44),
        (0.54, 1.54),
        (0.57, 1.62),
        (0.51, 1.62),
        (0.30, 1.54),
        (0.10, 1.56),
        (0.07, 1.72),
        (0.14, 1.82),
        (0.06, 1.92),
        (0.03, 2.06),
        (0.0, 2.16),
    ]);
    let flame = Lathe::of(&[
        (0.0, -0.02),
        (0.042, 0.02),
        (0.046, 0.06),
        (0.026, 0.14),
        (0.010, 0.22),
        (0.0, 0.29),
    ]);
    Studio {
        solid: Lamp { body, flame },
        backdrop: DUSK,
        ball: (1.06, 1.24),
        pitch: 0.20,
        reach: 1.04,
        lamp: 0.85,
    }
}

impl Lamp {
    fn flames(&self, p: Vector) -> f32 {
        let nearest = (0..WICKS).map(|index| self.flame.distance(p - wick(index)));
        nearest.fold(f32::MAX, f32::min)
    }
}

fn wick(index: usize) -> Vector {
    let (sin, cos) = (index as f32 / WICKS as f32 * std::f32::consts::TAU).sin_cos();
    vector(sin * BOWL, OIL, cos * BOWL)
}

impl Solid for Lamp {
    fn distance(&self, p: Vector) -> f32 {
        let body = self.body.distance(p);
        if p.y < OIL - 0.3 {
            body
        } else {
            body.min(self.flames(p))
        }
    }

    fn skin(&self, p: Vector) -> Skin {
        if p.y > OIL - 0.3 && self.flames(p) < self.body.distance(p) {
            let high = ((p.y - OIL) / 0.22).clamp(0.0, 1.0);
            return Skin {
                glow: 1.9 - 0.7 * high,
                ..Skin::of(HEART.mix(FLAME, 0.55 + high), 0.0)
            };
        }
        let lines = (p.y * 150.0).sin() * 0.04;
        let worn = noise::rough(at(p.angle() * 4.0, p.y * 9.0));
        let near = 0.5 * (1.0 - ((p.y - 1.72).abs() / 0.5).min(1.0));
        let brass = BRASS.mix(DUSK, 0.30 * worn) * (1.0 + lines);
        Skin {
            metal: true,
            glow: 0.30 * near,
            ..Skin::of(brass, 1.0)
        }
    }
}
