use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const WOOL: Colour = Colour::of(112, 22, 38);
const DEEP: Colour = Colour::of(46, 12, 30);
const GOLD: Colour = Colour::of(222, 168, 84);
const ROSE: Colour = Colour::of(206, 84, 92);
const TEAL: Colour = Colour::of(40, 112, 112);
const IVORY: Colour = Colour::of(240, 222, 190);

/// The end of a shawl: a row of tall paisleys over a border.
pub(super) fn shawl(p: Point) -> Colour {
    let draped = p + at(0.0, 0.018 * (p.x * 3.1).sin());
    drawn(draped) * (twill(draped) * drapes(p))
}

/// Diagonal ribs of wool.
fn twill(p: Point) -> f32 {
    let rib = ((p.x + p.y) * 430.0).sin();
    let fibre = noise::rough(p * 60.0) - 0.5;
    1.0 + 0.07 * rib + 0.20 * fibre
}

fn drapes(p: Point) -> f32 {
    let drift = noise::smooth(at(p.x * 0.8, p.y * 0.5)) * 2.0;
    1.0 + 0.20 * (p.x * 3.6 + 0.35 * p.y + drift).sin() + 0.05 * (p.x * 8.1 + drift * 2.0).sin()
}

fn drawn(p: Point) -> Colour {
    match p.y {
        y if y < -0.52 => border(at(p.x, y + 0.73)),
        y if y > 0.66 => field(p),
        y => row(at(p.x, y - 0.02)),
    }
}

/// Small sprigs on the plain ground.
fn field(p: Point) -> Colour {
    let line = ((p.y - 0.67).abs() - 0.008).min((p.y - 0.695).abs() - 0.004);
    let shifted = at(p.x + if p.y > 0.86 { 0.11 } else { 0.0 }, p.y - 0.76);
    let (cell, _, _) = flat::cell(shifted, 0.22, 0.17);
    let sprig = flat::paisley(cell + at(0.0, 0.025), 0.028);
    WOOL.with(sprig, GOLD).with(sprig + 0.011, TEAL).with(line, GOLD)
}

/// Tall paisleys, with blossoms in the gaps.
fn row(p: Point) -> Colour {
    let (cell, which, _) = flat::cell(at(p.x, 0.0), 0.50, 9.0);
    let q = at(cell.x * if which.rem_euclid(2) == 0 { 1.0 } else { -1.0 }, p.y);
    let (gap, _, _) = flat::cell(at(p.x + 0.25, 0.0), 0.50, 9.0);
    let ground = gaps(WOOL, at(gap.x, p.y));
    let p = at(q.x + 0.045, q.y + 0.20);
    let shape = flat::paisley(p, 0.185);
    if shape > 0.03 {
        return ground;
    }
    // Along the outline run small leaves.
    let fringe = shape.abs() - 0.012 - 0.008 * ((p.y.atan2(p.x)) * 26.0).sin();
    let rim = ground
        .with(fringe, GOLD)
        .with(shape, DEEP)
        .with((shape + 0.018).abs() - 0.005, GOLD);
    let inner = rim
        .with(shape + 0.034, TEAL)
        .with((shape + 0.072).abs() - 0.006, GOLD)
        .with(shape + 0.078, ROSE);
    heart(inner, p, shape)
}

fn heart(inner: Colour, p: Point, shape: f32) -> Colour {
    let (dot, _) = flat::sector(p, 14.0);
    let beads = (dot - at(0.0, 0.130)).length() - 0.010;
    let (petal, _) = flat::sector(p, 7.0);
    let flower = flat::leaf(petal, 0.085, 0.05);
    let stem = flat::line(p, at(0.0, 0.06), at(0.045, 0.24)) - 0.006;
    let bud = flat::leaf((p - at(0.035, 0.19)).turned(0.1), 0.085, 0.04);
    inner
        .with(beads.max(shape + 0.040), IVORY)
        .with(stem.max(shape + 0.08), IVORY)
        .with(bud.max(shape + 0.085), GOLD)
        .with(flower, IVORY)
        .with(flat::leaf(petal, 0.055, 0.024), WOOL)
        .with(flat::circle(p, 0.020), GOLD)
}

fn gaps(ground: Colour, p: Point) -> Colour {
    let mut painted = ground;
    for (height, radius, colour) in [
        (-0.33, 0.066, ROSE),
        (0.48, 0.074, TEAL),
        (0.05, 0.036, GOLD),
        (-0.10, 0.028, ROSE),
        (0.24, 0.028, ROSE),
    ] {
        let q = p - at(0.0, height);
        if q.length() > 1.2 * radius {
            continue;
        }
        let (petal, _) = flat::sector(q, 8.0);
        let flower = flat::leaf(petal, radius, radius * 0.52);
        painted = painted
            .with(flower - 0.006, GOLD)
            .with(flower, colour)
            .with(flat::circle(q, radius * 0.28), IVORY);
    }
    let stem = (p.x - 0.012 * (p.y * 22.0).sin()).abs() - 0.004;
    let stem = stem.max(p.y - 0.42).max(-0.28 - p.y);
    let leaf = flat::leaf((p.mirrored() - at(0.0, 0.335)).turned(0.8), 0.085, 0.036);
    let second = flat::leaf((p.mirrored() - at(0.0, -0.22)).turned(0.8), 0.085, 0.036);
    painted
        .with(stem.max(0.045 - (p.y - 0.05).abs()), GOLD)
        .with(leaf.min(second), TEAL.mix(GOLD, 0.25))
}

/// Its middle is at 0.
fn border(p: Point) -> Colour {
    let lines = [0.19, 0.165, 0.10]
        .into_iter()
        .map(|at: f32| (p.y.abs() - at).abs() - 0.006);
    let line = lines.fold(f32::MAX, f32::min);
    let (cell, _, _) = flat::cell(at(p.x, 0.0), 0.25, 9.0);
    let cell = at(cell.x, p.y);
    let (petal, _) = flat::sector(cell, 8.0);
    let (other, _, _) = flat::cell(at(p.x + 0.125, 0.0), 0.25, 9.0);
    let diamond = flat::diamond(at(other.x, p.y), 0.062);
    let (tooth, _, _) = flat::cell(at(p.x, 0.0), 0.0625, 9.0);
    let teeth = at(tooth.x, p.y.abs() - 0.132).length() - 0.016;
    let vine = (p.y - 0.075 * (p.x * std::f32::consts::TAU / 0.25 + 1.57).sin()).abs() - 0.006;
    DEEP.with(p.y.abs() - 0.10, TEAL)
        .with(vine.max(p.y.abs() - 0.1), GOLD)
        .with(flat::leaf(petal, 0.078, 0.042), ROSE)
        .with(flat::leaf(petal, 0.050, 0.020), IVORY)
        .with(flat::circle(cell, 0.018), GOLD)
        .with(diamond, GOLD)
        .with(diamond + 0.016, WOOL)
        .with(teeth, ROSE)
        .with(line, GOLD)
        .with(0.215 - p.y.abs(), WOOL)
}
