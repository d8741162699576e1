use std::f32::consts::TAU;

use crate::{
    colour::Colour,
    space::{Vector, at, vector},
    studio::{Skin, Solid, Studio},
};

const SLATE: Colour = Colour::of(206, 190, 176);
const GOLD: Colour = Colour::of(232, 178, 74);
const RUBY: Colour = Colour::of(190, 26, 62);
const LEAF: Colour = Colour::of(24, 128, 86);
const SEA: Colour = Colour::of(22, 104, 158);
const SAFFRON: Colour = Colour::of(232, 126, 24);
const PLUM: Colour = Colour::of(112, 34, 108);
const PEARL: Colour = Colour::of(250, 240, 226);

/// Where a bangle lies, how it leans, how thick it is, its lac and its stones.
struct Bangle {
    middle: Vector,
    /// Through its hole, and across.
    axis: Vector,
    across: Vector,
    thick: f32,
    lac: Colour,
    stones: Colour,
}

pub(super) struct Bangles {
    all: Vec<Bangle>,
}

const RADIUS: f32 = 0.62;

/// A stack, and two that lean against it.
pub(super) fn bangles() -> Studio<Bangles> {
    let lying = [
        (0.070, RUBY, GOLD),
        (0.055, GOLD, PEARL),
        (0.075, LEAF, GOLD),
        (0.055, SAFFRON, PEARL),
        (0.075, SEA, GOLD),
        (0.055, GOLD, RUBY),
    ];
    let mut height = 0.0;
    let mut all: Vec<Bangle> = Vec::new();
    for (index, (thick, lac, stones)) in lying.into_iter().enumerate() {
        let aside = 0.03 * (index as f32 * 2.4).sin();
        let middle = vector(
            -0.44 + aside,
            height + thick,
            -0.12 + 0.03 * (index as f32 * 1.7).cos(),
        );
        all.push(Bangle {
            middle,
            axis: vector(0.0, 1.0, 0.0),
            across: vector(1.0, 0.0, 0.0),
            thick,
            lac,
            stones,
        });
        height += 2.0 * thick * 0.97;
    }
    let leaning = |x: f32, roll: f32, thick: f32, lac: Colour, stones: Colour| Bangle {
        middle: vector(x, RADIUS * roll.sin() + thick * 0.98, 0.18),
        axis: vector(roll.sin(), roll.cos(), 0.0),
        across: vector(roll.cos(), -roll.sin(), 0.0),
        thick,
        lac,
        stones,
    };
    all.push(leaning(0.48, 0.98, 0.075, PLUM, GOLD));
    all.push(leaning(0.72, 0.94, 0.055, RUBY, PEARL));
    Studio {
        solid: Bangles { all },
        backdrop: SLATE,
        ball: (0.42, 1.48),
        pitch: 0.52,
        reach: 0.86,
        lamp: 1.0,
    }
}

impl Bangle {
    /// As if it lay around the origin.
    fn local(&self, p: Vector) -> Vector {
        let p = p - self.middle;
        vector(
            p.dot(self.across),
            p.dot(self.axis),
            p.dot(self.across.cross(self.axis)),
        )
    }

    fn distance(&self, p: Vector) -> f32 {
        let p = p - self.middle;
        let up = p.dot(self.axis);
        let out = (p.dot(p) - up * up).max(0.0).sqrt();
        at(out - RADIUS, up * 0.94).length() - self.thick
    }

    /// Lac with a row of stones between two gold lines.
    fn skin(&self, p: Vector) -> Skin {
        let p = self.local(p);
        let along = p.angle() / TAU * 36.0;
        let (out, up) = ((p.radius() - RADIUS) / self.thick, p.y / self.thick);
        let stone = at(
            (along - along.round()) * 2.0 * RADIUS * TAU / 72.0 / self.thick,
            up,
        )
        .length()
            - 0.36;
        let line = (up.abs() - 0.62).abs() - 0.10;
        if out > 0.0 && line < 0.0 {
            return Skin {
                metal: true,
                ..Skin::of(GOLD, 1.0)
            };
        }
        if out > 0.0 && stone < 0.0 {
            let rim = stone > -0.11;
            return Skin {
                metal: rim,
                ..Skin::of(if rim { GOLD } else { self.stones }, 1.0)
            };
        }
        Skin {
            metal: self.lac == GOLD,
            ..Skin::of(self.lac, 0.9)
        }
    }
}

impl Bangles {
    fn nearest(&self, p: Vector) -> Option<(f32, &Bangle)> {
        let all = self.all.iter().map(|bangle| (bangle.distance(p), bangle));
        all.min_by(|one, other| one.0.total_cmp(&other.0))
    }
}

impl Solid for Bangles {
    fn distance(&self, p: Vector) -> f32 {
        self.nearest(p).map_or(f32::MAX, |(distance, _)| distance)
    }

    fn skin(&self, p: Vector) -> Skin {
        self.nearest(p)
            .map_or(Skin::of(GOLD, 1.0), |(_, bangle)| bangle.skin(p))
    }
}
