use std::f32::consts::{PI, TAU};

use crate::{
    colour::Colour,
    lathe::Lathe,
    noise,
    space::{Vector, at},
    studio::{Skin, Solid, Studio},
};

const CANE: Colour = Colour::of(212, 164, 98);
const OLD: Colour = Colour::of(146, 98, 50);
const MADDER: Colour = Colour::of(158, 50, 36);
const INDIGO: Colour = Colour::of(44, 58, 110);
const TABLE: Colour = Colour::of(214, 212, 200);

const STAKES: f32 = 44.0;
const ROWS: f32 = 17.0;
/// How far the plait and the handle are from round.
const TWIST: f32 = 0.012;
/// Where that does not matter yet.
const FAR: f32 = 0.06;

pub(super) struct Basket {
    body: Lathe,
}

/// Woven over stakes, with two dyed bands, a plaited rim and a handle.
pub(super) fn basket() -> Studio<Basket> {
    let body = Lathe::of(&[
        (0.0, 0.0),
        (0.56, 0.0),
        (0.64, 0.06),
        (0.78, 0.34),
        (0.86, 0.66),
        (0.90, 0.80),
        (0.82, 0.82),
        (0.77, 0.66),
        (0.69, 0.34),
        (0.56, 0.10),
        (0.0, 0.08),
    ]);
    Studio {
        solid: Basket { body },
        backdrop: TABLE,
        ball: (0.70, 1.16),
        pitch: 0.40,
        reach: 1.04,
        lamp: 1.0,
    }
}

/// The strands stand out where they pass over a stake.
fn relief(p: Vector) -> f32 {
    let (stake, row) = (p.angle() / TAU * STAKES, p.y * ROWS / 0.8);
    let over = (stake * PI).sin() * if (row.floor() as i32) % 2 == 0 { 1.0 } else { -1.0 };
    let round = (row.fract() - 0.5).abs() * 2.0;
    0.018 * over - 0.016 * round * round
}

fn rim(p: Vector) -> f32 {
    let smooth = at(p.radius() - 0.86, p.y - 0.82).length() - 0.065;
    if smooth > FAR {
        return smooth - TWIST;
    }
    smooth - TWIST * (p.angle() * 34.0 + 26.0 * (p.y - 0.82)).sin()
}

fn handle(p: Vector) -> f32 {
    let arch = at(p.x, (p.y - 0.72) * 0.92).length() - 0.86;
    let smooth = (at(arch, p.z).length() - 0.05).max(0.72 - p.y);
    if smooth > FAR {
        return smooth - TWIST;
    }
    smooth - TWIST * ((p.y - 0.7).atan2(p.x) * 46.0 + p.z * 40.0).sin()
}

impl Solid for Basket {
    fn distance(&self, p: Vector) -> f32 {
        let body = self.body.distance(p);
        let body = if body < 0.08 && p.y < 0.82 {
            (body - relief(p)) * 0.62
        } else {
            body - 0.02
        };
        body.min(rim(p) * 0.8).min(handle(p) * 0.8)
    }

    fn skin(&self, p: Vector) -> Skin {
        let strand = noise::smooth(at(p.angle() * 9.0, p.y * 60.0));
        let cane = CANE.mix(OLD, 0.55 * strand);
        if handle(p) < 0.01 || rim(p) < 0.01 {
            return Skin::of(cane.mix(OLD, 0.18), 0.35);
        }
        let row = (p.y * ROWS / 0.8).floor() as i32;
        let dyed = match row {
            6 | 10 => cane.mix(INDIGO, 0.88),
            7..=9 => cane.mix(MADDER, 0.88),
            _ => cane,
        };
        let deep = (relief(p) * 26.0).clamp(-0.5, 0.2);
        Skin::of(dyed * (1.0 + 0.7 * deep), 0.30)
    }
}
