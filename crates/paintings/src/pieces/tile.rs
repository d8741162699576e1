use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const GLAZE: Colour = Colour::of(238, 242, 240);
const COBALT: Colour = Colour::of(24, 52, 140);
const TURQUOISE: Colour = Colour::of(32, 150, 168);
const OCHRE: Colour = Colour::of(222, 170, 66);
const JOINT: Colour = Colour::of(176, 164, 146);

const BRUSH: f32 = 0.008;

/// One tile of a wall, with the edges of its neighbours; all are the same.
pub(super) fn tile(p: Point) -> Colour {
    let (q, i, j) = flat::cell(p, 1.84, 1.84);
    let edge = flat::rectangle(q, 0.865, 0.865) - 0.035;
    if edge > 0.0 {
        return JOINT * (0.8 + 0.3 * noise::rough(p * 30.0));
    }
    let glazed = crackled(painted(q), p + at(i as f32, j as f32));
    let rounded = (1.0 + edge / 0.05).clamp(0.0, 1.0);
    let up = if q.y.abs() > q.x.abs() {
        q.y.signum()
    } else {
        -q.x.signum()
    };
    let shine = (1.0 - ((p.x * 0.55 + p.y - 0.55) * 2.4).abs()).clamp(0.0, 1.0);
    glazed * (1.0 + 0.22 * up * rounded * rounded) + GLAZE * (0.07 * shine * shine)
}

/// A brush leaves more pigment at its edge than in its middle.
fn brushed(ground: Colour, d: f32, pigment: Colour, p: Point) -> Colour {
    if d > 0.0 {
        return ground;
    }
    let pooled = 0.72 + 0.28 * (1.0 + d / 0.03).clamp(0.0, 1.0) + 0.16 * (noise::smooth(p * 14.0) - 0.5);
    ground.mix(pigment, pooled)
}

fn painted(q: Point) -> Colour {
    let milky = GLAZE * (0.95 + 0.06 * noise::rough(q * 4.0));
    let (petal, _) = flat::sector(q, 8.0);
    let (between, _) = flat::sector(q.turned(std::f32::consts::FRAC_PI_8), 8.0);
    let side = petal.mirrored();

    let outer = flat::leaf(petal - at(0.0, 0.13), 0.43, 0.215);
    let inner = flat::leaf(petal - at(0.0, 0.19), 0.29, 0.115);
    let tongue = flat::leaf(petal - at(0.0, 0.25), 0.17, 0.045);
    let green = flat::leaf(between - at(0.0, 0.17), 0.33, 0.105);
    let curl = (side - at(0.085, 0.635)).length() - 0.058;
    let stem = flat::line(side, at(0.0, 0.55), at(0.03, 0.62)) - BRUSH;
    let bud = flat::drop(between - at(0.0, 0.60), 0.042, 0.125);
    let sprig = flat::leaf((between.mirrored() - at(0.0, 0.52)).turned(-0.75), 0.17, 0.058);

    let mut glaze = milky;
    for (d, pigment) in [
        (sprig, TURQUOISE),
        (bud, COBALT),
        (green, TURQUOISE),
        (outer, COBALT),
        (inner, GLAZE),
        (tongue, OCHRE),
    ] {
        glaze = brushed(glaze, d, pigment, q).with((d.abs() - 0.0045).max(q.length() - 0.86), COBALT);
    }
    glaze = glaze.with(curl.abs() - BRUSH, COBALT).with(stem, COBALT);
    glaze = brushed(glaze, flat::circle(q, 0.115), OCHRE, q);
    glaze = glaze
        .with(flat::circle(q, 0.115).abs() - BRUSH, COBALT)
        .with(flat::circle(q, 0.045), COBALT);
    frame(corner(glaze, q), q)
}

/// A quarter of a flower, which the neighbours make whole.
fn corner(glaze: Colour, q: Point) -> Colour {
    let p = at(q.x.abs() - 0.90, q.y.abs() - 0.90);
    let (petal, _) = flat::sector(p, 8.0);
    let leaf = flat::leaf(petal - at(0.0, 0.05), 0.30, 0.15);
    let ring = p.length() - 0.40;
    let white = brushed(glaze, ring, GLAZE, q).with(ring.abs() - BRUSH, COBALT);
    let blue = brushed(white, leaf, TURQUOISE, q).with(leaf.abs() - 0.0045, COBALT);
    brushed(blue, flat::circle(p, 0.10), COBALT, q)
}

fn frame(glaze: Colour, q: Point) -> Colour {
    let edge = q.x.abs().max(q.y.abs());
    glaze
        .with((edge - 0.862).abs() - 0.010, COBALT)
        .with((edge - 0.838).abs() - 0.004, COBALT)
}

/// Fine cracks in the glaze: borders between cells of a jittered grid.
fn crackled(glaze: Colour, p: Point) -> Colour {
    let size = 0.085;
    let (i, j) = ((p.x / size).floor() as i32, (p.y / size).floor() as i32);
    let (mut nearest, mut second) = (f32::MAX, f32::MAX);
    for (dx, dy) in (-1..=1).flat_map(|dx| (-1..=1).map(move |dy| (dx, dy))) {
        let (x, y) = (i + dx, j + dy);
        let middle = at(
            x as f32 + noise::chance(x, y),
            y as f32 + noise::chance(y, x + 77),
        ) * size;
        let far = (p - middle).length();
        if far < nearest {
            (nearest, second) = (far, nearest);
        } else {
            second = second.min(far);
        }
    }
    let crack = (1.0 - (second - nearest) / 0.0035).clamp(0.0, 1.0);
    glaze.mix(JOINT, 0.28 * crack)
}
