use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const FLOOR: Colour = Colour::of(150, 118, 88);
const GROUT: Colour = Colour::of(112, 84, 62);
const CREAM: Colour = Colour::of(240, 228, 204);
const INDIGO: Colour = Colour::of(36, 52, 104);
const MADDER: Colour = Colour::of(164, 50, 40);
const OCHRE: Colour = Colour::of(212, 152, 62);
const TEAL: Colour = Colour::of(52, 118, 116);

/// One weft: everything in the pattern is made of steps of this height.
const WEFT: f32 = 0.013;
const LONG: f32 = 1.02;
const WIDE: f32 = 0.80;

/// On a floor of boards, a little askew.
pub(super) fn rug(p: Point) -> Colour {
    let q = p.turned(0.045);
    let ravel = 0.012 * noise::smooth(at(q.y * 30.0, q.x.signum() * 3.0));
    let rug = flat::rectangle(q, LONG, WIDE);
    let fringe = (q.x.abs() - LONG - 0.085 + 2.0 * ravel).max(q.y.abs() - WIDE + 0.01);
    if rug < 0.0 {
        return pattern(q) * woven(q);
    }
    let shadow = 1.0
        - 0.55
            * (1.0 - ((rug.min(fringe) - 0.0) / 0.06).clamp(0.0, 1.0))
            * if p.y < q.x * 0.05 + 0.7 { 1.0 } else { 0.6 };
    let floor = boards(p) * shadow;
    let strand = (q.y * 150.0 + 2.0 * noise::smooth(at(q.x * 14.0, q.y * 20.0))).sin();
    floor.with(fringe.max(-strand - 0.15), CREAM * (0.70 + 0.25 * strand))
}

fn boards(p: Point) -> Colour {
    let (plank, _, row) = flat::cell(p, 9.0, 0.31);
    let grain = noise::rough(at(p.x * 1.6 + row as f32 * 9.0, p.y * 26.0));
    let tone = 0.86 + 0.16 * noise::chance(row, 5) + 0.22 * (grain - 0.5);
    (FLOOR * tone).with(0.152 - plank.y.abs(), GROUT)
}

/// Wefts lie close, and the warp shows as fine ribs.
fn woven(p: Point) -> f32 {
    let weft = ((p.y / WEFT).fract() - 0.5).abs();
    let rib = (p.x * 260.0).sin();
    let uneven = noise::smooth(at(p.x * 3.0, p.y / WEFT)) - 0.5;
    1.0 + 0.05 * rib - 0.16 * weft + 0.13 * uneven
}

/// Bands across the rug, mirrored in its middle.
fn pattern(p: Point) -> Colour {
    let stepped = at(p.x, ((p.y / WEFT).round()) * WEFT);
    let y = stepped.y.abs();
    let bands = [
        (0.30, None),
        (0.33, Some(OCHRE)),
        (0.37, Some(INDIGO)),
        (0.39, Some(CREAM)),
        (0.45, Some(TEAL)),
        (0.47, Some(CREAM)),
        (0.51, Some(INDIGO)),
        (0.53, Some(OCHRE)),
        (0.66, None),
        (0.68, Some(OCHRE)),
        (0.73, Some(INDIGO)),
        (0.75, Some(CREAM)),
        (1.00, Some(MADDER)),
    ];
    let band = bands
        .iter()
        .find(|(until, _)| y < *until)
        .and_then(|(_, colour)| *colour);
    match band {
        Some(colour) => colour,
        None if y < 0.30 => diamonds(stepped),
        None => triangles(at(stepped.x, y - 0.595)),
    }
}

/// Nested diamonds on madder, and small ones between them.
fn diamonds(p: Point) -> Colour {
    let (cell, which, _) = flat::cell(at(p.x, 0.0), 0.51, 9.0);
    let far = cell.x.abs() * 1.06 + p.y.abs();
    let heart = if which.rem_euclid(2) == 0 { TEAL } else { OCHRE };
    let (side, _, _) = flat::cell(at(p.x + 0.255, 0.0), 0.51, 9.0);
    let edge = side.x.abs() + (0.30 - p.y.abs());
    MADDER
        .with(far - 0.265, CREAM)
        .with(far - 0.225, INDIGO)
        .with(far - 0.155, CREAM)
        .with(far - 0.125, heart)
        .with(far - 0.055, MADDER)
        .with(edge - 0.115, OCHRE)
        .with(edge - 0.075, INDIGO)
}

fn triangles(p: Point) -> Colour {
    let rise = 0.052 * flat::zigzag(p.x, 0.204);
    CREAM
        .with((p.y - rise).abs() - 0.030, INDIGO)
        .with((p.y - rise).abs() - 0.011, OCHRE)
        .with((p.y + rise).abs() * 4.0 - 0.03, MADDER)
}
