use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const COTTON: Colour = Colour::of(238, 218, 178);
const BLACK: Colour = Colour::of(44, 30, 26);
const MADDER: Colour = Colour::of(156, 48, 40);
const INDIGO: Colour = Colour::of(46, 76, 118);
const OLIVE: Colour = Colour::of(112, 116, 50);
const POMEGRANATE: Colour = Colour::of(208, 158, 60);

const PEN: f32 = 0.0065;

/// A tree of life: drawn with the pen, then dyed.
pub(super) fn hanging(p: Point) -> Colour {
    let light = flat::woven(p, 0.0085) * flat::folded(p);
    let cloth = COTTON * (0.92 + 0.13 * noise::rough(p * 5.0));
    let frame = (p.x.abs() - 0.86).max(p.y.abs() - 1.06);
    let dyed = if frame > 0.0 {
        border(cloth, p)
    } else {
        tree(cloth, p)
    };
    dyed * light
}

fn dyed(ground: Colour, d: f32, dye: Colour, p: Point) -> Colour {
    let filled = if d < 0.0 {
        flat::inked(ground, dye, p)
    } else {
        ground
    };
    filled.with(d.abs() - PEN, BLACK)
}

/// How far the trunk leans at a height.
fn sway(y: f32) -> f32 {
    0.13 * (y * 2.6 + 0.5).sin()
}

fn tree(cloth: Colour, p: Point) -> Colour {
    let ground = ground(cloth, p);
    let trunk = (p.x - sway(p.y)).abs() - (0.052 - 0.034 * (p.y + 0.8) / 1.7);
    let trunk = trunk.max(-0.80 - p.y).max(p.y - 0.80);
    let bark = ((p.y * 46.0 + (p.x - sway(p.y)) * 30.0).sin() + 0.75).max(trunk + 0.01);
    let mut painted = dyed(ground, trunk, MADDER, p).with(bark, BLACK);
    for (index, height) in [-0.50_f32, -0.30, -0.08, 0.14, 0.36, 0.56]
        .into_iter()
        .enumerate()
    {
        let side = if index.is_multiple_of(2) { 1.0 } else { -1.0 };
        let q = at((p.x - sway(height)) * side, p.y - height);
        painted = branch(painted, q, p, index);
    }
    let crown = p - at(sway(0.80), 0.80);
    blossom(painted, crown, p, 0.17, MADDER)
}

/// Hills with grass at the foot.
fn ground(cloth: Colour, p: Point) -> Colour {
    let (hill, _, _) = flat::cell(at(p.x + 0.2, 0.0), 0.43, 9.0);
    let hills = at(hill.x, p.y + 1.10).length() - 0.34;
    let inner = (hills + 0.06).abs() - 0.006;
    dyed(cloth, hills, OLIVE, p)
        .with(inner, COTTON)
        .with((hills + 0.12).abs() - 0.006, COTTON)
}

/// It goes to the right; `q` is measured from where it leaves the trunk.
fn branch(ground: Colour, q: Point, p: Point, index: usize) -> Colour {
    if q.x < -0.06 || q.x > 0.75 || q.y.abs() > 0.42 {
        return ground;
    }
    let bow = at(q.x, q.y - 0.36 * q.x + 0.20 * q.x * q.x);
    let reach = 0.58;
    let twig = (bow.y.abs() - 0.011).max(-q.x).max(q.x - reach);
    let mut painted = dyed(ground, twig, MADDER, p);
    for leaf in 0..4_u8 {
        let along = 0.16 + 0.13 * f32::from(leaf);
        let up = if leaf % 2 == 0 { 1.0 } else { -1.0 };
        let local = at(bow.x - along, bow.y * up).turned(0.62);
        let dye = if (usize::from(leaf) + index).is_multiple_of(3) {
            INDIGO
        } else {
            OLIVE
        };
        painted = veined(painted, local, p, dye);
    }
    let end = at(q.x - reach, q.y - 0.36 * reach + 0.20 * reach * reach);
    if index % 3 == 1 {
        fruit(painted, end, p)
    } else {
        blossom(
            painted,
            end,
            p,
            0.105,
            if index.is_multiple_of(2) { MADDER } else { INDIGO },
        )
    }
}

fn veined(ground: Colour, local: Point, p: Point, dye: Colour) -> Colour {
    let leaf = flat::leaf(local, 0.21, 0.095);
    let veins = ((local.y - local.x.abs() * 1.2) * 150.0).sin() + 0.80;
    let middle = (local.x.abs() - 0.004).max(leaf + 0.01);
    dyed(ground, leaf, dye, p)
        .with(veins.max(leaf + 0.012), COTTON.mix(dye, 0.35))
        .with(middle, BLACK)
}

fn blossom(ground: Colour, q: Point, p: Point, radius: f32, dye: Colour) -> Colour {
    let (outer, _) = flat::sector(q, 10.0);
    let (inner, _) = flat::sector(q.turned(0.314), 10.0);
    let petals = flat::leaf(outer, radius, radius * 0.58);
    let second = flat::leaf(inner, radius * 0.68, radius * 0.36);
    let (seed, _) = flat::sector(q, 8.0);
    let painted = dyed(dyed(ground, petals, dye, p), second, POMEGRANATE, p);
    let painted = dyed(painted, flat::circle(q, radius * 0.26), COTTON, p);
    painted.with((seed - at(0.0, radius * 0.15)).length() - radius * 0.045, BLACK)
}

/// A pomegranate, cut open.
fn fruit(ground: Colour, q: Point, p: Point) -> Colour {
    let crown = flat::leaf((q.mirrored() - at(0.0, 0.085)).turned(0.35), 0.07, 0.034);
    let (seed, _, _) = flat::cell(q, 0.033, 0.033);
    let painted = dyed(dyed(ground, crown, OLIVE, p), flat::circle(q, 0.098), MADDER, p);
    let painted = dyed(painted, flat::circle(q, 0.070), POMEGRANATE, p);
    let seeds = (seed.length() - 0.011).max(flat::circle(q, 0.056));
    painted.with(seeds, MADDER)
}

fn border(cloth: Colour, p: Point) -> Colour {
    let (x, y) = (p.x.abs() - 0.86, p.y.abs() - 1.06);
    let edge = x.max(y);
    let along = if x > y { p.y } else { p.x };
    let (cell, which, _) = flat::cell(at(along, 0.0), 0.142, 9.0);
    let cell = at(cell.x, edge - 0.068);
    let (petal, _) = flat::sector(cell, 6.0);
    let lines = [0.006, 0.020, 0.116, 0.130]
        .into_iter()
        .map(|at: f32| (edge - at).abs() - 0.004);
    let line = lines.fold(f32::MAX, f32::min);
    let band = if edge > 0.020 && edge < 0.116 {
        flat::inked(cloth, MADDER, p)
    } else {
        cloth
    };
    let dye = if which.rem_euclid(2) == 0 {
        POMEGRANATE
    } else {
        COTTON
    };
    let flowers = dyed(band, flat::leaf(petal, 0.042, 0.028).max(edge - 0.116), dye, p);
    flowers.with(flat::circle(cell, 0.009), INDIGO).with(line, BLACK)
}
