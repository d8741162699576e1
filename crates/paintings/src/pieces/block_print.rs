use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const COTTON: Colour = Colour::of(244, 234, 214);
const INDIGO: Colour = Colour::of(34, 52, 112);
const MADDER: Colour = Colour::of(166, 46, 38);
const OCHRE: Colour = Colour::of(206, 148, 58);

const WIDE: f32 = 0.46;
const HIGH: f32 = 0.56;

/// Flowers in a half drop, each printed by hand: a little turned, a little off.
pub(super) fn cloth(p: Point) -> Colour {
    let light = flat::woven(p, 0.0085) * flat::folded(p);
    let printed = if p.y < -0.62 {
        border(p - at(0.0, -0.81))
    } else {
        field(p)
    };
    printed * light
}

fn field(p: Point) -> Colour {
    let column = (p.x / WIDE).round();
    let dropped = if (column as i32).rem_euclid(2) == 0 {
        0.0
    } else {
        HIGH / 2.0
    };
    let (cell, i, j) = flat::cell(at(p.x, p.y + dropped), WIDE, HIGH);
    let hand = |salt: i32| noise::chance(i + salt, j - salt) - 0.5;
    let cell = (cell + at(hand(3), hand(7)) * 0.012).turned(hand(11) * 0.05);
    let (sprig, _, _) = flat::cell(at(p.x + WIDE / 2.0, p.y + dropped), WIDE, HIGH / 2.0);
    flower(small_dots(COTTON, sprig, p), cell, p)
}

fn small_dots(ground: Colour, cell: Point, p: Point) -> Colour {
    let (petal, _) = flat::sector(cell, 5.0);
    if flat::leaf(petal, 0.034, 0.020) < 0.0 {
        flat::inked(ground, OCHRE, p)
    } else {
        ground
    }
}

/// A flower on a stem with two leaves: one block for the outline, one for the filling.
fn flower(ground: Colour, cell: Point, p: Point) -> Colour {
    let head = cell - at(0.0, 0.075);
    let (petal, _) = flat::sector(head, 8.0);
    let outer = flat::leaf(petal - at(0.0, 0.022), 0.112, 0.066);
    let inner = flat::leaf(petal - at(0.0, 0.034), 0.068, 0.032);
    let side = cell.mirrored();
    let stem = flat::line(cell, at(0.0, -0.05), at(0.0, -0.225)) - 0.006;
    let leaf = flat::leaf((side - at(0.004, -0.195)).turned(0.86), 0.135, 0.058);
    let vein = flat::line(side, at(0.012, -0.185), at(0.085, -0.122)) - 0.0035;
    let tip = flat::circle(cell - at(0.0, 0.222), 0.012);
    let ink = |ground: Colour, d: f32, ink: Colour| {
        if d < 0.0 {
            flat::inked(ground, ink, p)
        } else {
            ground
        }
    };
    let filled = ink(ink(ground, outer, MADDER), leaf, INDIGO);
    let cut = ink(ink(filled, inner, COTTON), vein, COTTON);
    let middle = ink(
        ink(cut, flat::circle(head, 0.030), INDIGO),
        flat::circle(head, 0.014),
        OCHRE,
    );
    ink(ink(middle, stem, INDIGO), tip, INDIGO)
}

/// Its middle is at 0.
fn border(p: Point) -> Colour {
    let ink = |ground: Colour, d: f32, colour: Colour| {
        if d < 0.0 {
            flat::inked(ground, colour, p + at(4.0, 1.0))
        } else {
            ground
        }
    };
    let lines = ((p.y.abs() - 0.172).abs() - 0.006).min((p.y.abs() - 0.15).abs() - 0.003);
    let ground = ink(ink(COTTON, p.y.abs() - 0.125, INDIGO), lines, MADDER);
    let (cell, _, _) = flat::cell(at(p.x, 0.0), 0.2, 9.0);
    let cell = at(cell.x, p.y);
    let (petal, _) = flat::sector(cell, 4.0);
    let (between, _, _) = flat::cell(at(p.x + 0.1, 0.0), 0.2, 9.0);
    let teeth = at(between.x, p.y.abs() - 0.125);
    let ground = ink(ground, flat::diamond(teeth, 0.055), COTTON);
    let ground = ink(ground, flat::leaf(petal - at(0.0, 0.012), 0.092, 0.052), COTTON);
    let ground = ink(ground, flat::leaf(petal - at(0.0, 0.028), 0.055, 0.024), MADDER);
    ink(ground, flat::circle(cell, 0.017), OCHRE)
}
