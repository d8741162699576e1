use crate::{
    colour::Colour,
    flat, noise,
    space::{Point, at},
};

const PAPER: Colour = Colour::of(242, 228, 198);
const BLACK: Colour = Colour::of(36, 26, 24);
const RED: Colour = Colour::of(196, 44, 40);
const YELLOW: Colour = Colour::of(238, 180, 44);
const GREEN: Colour = Colour::of(48, 122, 70);
const BLUE: Colour = Colour::of(38, 84, 150);
const PINK: Colour = Colour::of(214, 92, 130);

const PEN: f32 = 0.007;

/// Two fish swim around a lotus; every surface is hatched, every line double.
pub(super) fn painting(p: Point) -> Colour {
    let paper = PAPER * (0.93 + 0.12 * noise::rough(p * 9.0));
    let (x, y) = (p.x.abs(), p.y.abs());
    let edge = x.max(y);
    if edge > 0.74 {
        return border(paper, p, edge);
    }
    let pond = ripples(paper, p);
    let pond = fish(pond, (p - at(0.0, 0.345)).turned(0.10), RED, YELLOW);
    let pond = fish(pond, at(-p.x, -p.y - 0.345).turned(0.10), BLUE, YELLOW);
    let pond = lotus(pond, p);
    let (corner, _) = flat::sector(at(x - 0.63, y - 0.63), 6.0);
    let bud = flat::leaf(corner, 0.085, 0.045);
    outlined(pond, bud, GREEN)
}

fn outlined(ground: Colour, d: f32, colour: Colour) -> Colour {
    ground.with(d, colour).with(d.abs() - PEN, BLACK)
}

/// Broken lines of water.
fn ripples(paper: Colour, p: Point) -> Colour {
    let (cell, i, j) = flat::cell(p, 0.19, 0.072);
    if (i + j).rem_euclid(2) == 1 || noise::chance(i, j) < 0.25 {
        return paper;
    }
    let wave = (cell.y - 0.010 * (cell.x * 60.0).sin()).abs() - 0.0035;
    paper.with(wave.max(cell.x.abs() - 0.062), BLUE.mix(PAPER, 0.35))
}

/// Its nose is at the right.
fn fish(ground: Colour, p: Point, colour: Colour, fins: Colour) -> Colour {
    if p.x.abs() > 0.62 || p.y.abs() > 0.36 {
        return ground;
    }
    let along = p.x + 0.42;
    let bent = at(along, p.y + 0.10 * (p.x * 2.6).cos() - 0.06);
    let upright = bent.turned(std::f32::consts::FRAC_PI_2);
    let body = flat::leaf(upright, 0.90, 0.33);
    let tail_tip = at(bent.x + 0.02, bent.y.abs());
    let tail = flat::leaf((tail_tip - at(0.03, 0.0)).turned(-0.95), 0.24, 0.10);
    let fin = flat::leaf((bent - at(0.40, 0.13)).turned(-0.75), 0.20, 0.11);
    let belly = flat::leaf((at(bent.x, -bent.y) - at(0.42, 0.13)).turned(-0.75), 0.17, 0.09);
    let hatched = |ground: Colour, d: f32| {
        let hatch = ((p.x * 95.0).sin() + 0.72).max(d + 0.012);
        outlined(ground, d, fins).with(hatch, BLACK)
    };
    let fins_done = [tail, fin, belly].into_iter().fold(ground, hatched);
    let painted = fins_done.with(body, scales(bent, colour));
    let painted = face(painted, bent, body);
    painted
        .with((body + 0.022).abs() - 0.003, BLACK)
        .with(body.abs() - PEN, BLACK)
}

/// Rows of scales, each with a dot.
fn scales(p: Point, colour: Colour) -> Colour {
    let step = 0.062;
    let row = (p.x / step).floor();
    let shifted = if (row as i32).rem_euclid(2) == 0 {
        0.0
    } else {
        step / 2.0
    };
    let (cell, _, _) = flat::cell(at(0.0, p.y + shifted), 9.0, step);
    let local = at(p.x - row * step, cell.y);
    let arc = (local.length() - 0.046).abs() - 0.0045;
    let shade = if (row as i32).rem_euclid(2) == 0 {
        colour
    } else {
        colour.mix(YELLOW, 0.28)
    };
    shade
        .with(arc, BLACK)
        .with((local - at(0.024, 0.0)).length() - 0.008, PAPER)
}

fn face(painted: Colour, p: Point, body: f32) -> Colour {
    let gill = (p - at(0.46, 0.0)).length() - 0.20;
    let head = body.max(at(p.x - 0.98, p.y).length() - 0.33);
    let eye = p - at(0.765, 0.028);
    painted
        .with(head, YELLOW)
        .with(head.abs() - PEN, BLACK)
        .with((head + 0.018).abs() - 0.003, BLACK)
        .with(flat::circle(eye, 0.036), PAPER)
        .with(flat::circle(eye, 0.036).abs() - 0.005, BLACK)
        .with(flat::circle(eye, 0.017), BLACK)
        .with((gill.abs() - 0.003).max(body).max(-0.1 - p.y), BLACK)
        .with(flat::line(p, at(0.84, -0.03), at(0.875, -0.012)) - 0.005, RED)
}

fn lotus(ground: Colour, p: Point) -> Colour {
    if p.length() > 0.22 {
        return ground;
    }
    let mut flower = ground;
    for (count, length, width, colour, offset) in [
        (10.0, 0.20, 0.11, GREEN, 0.0),
        (8.0, 0.165, 0.095, PINK, 0.39),
        (8.0, 0.115, 0.062, RED, 0.0),
    ] {
        let (petal, _) = flat::sector(p.turned(offset), count);
        let d = flat::leaf(petal, length, width);
        let vein = petal.x.abs() - 0.003;
        flower = flower
            .with(d, colour)
            .with(vein.max(d + 0.012), BLACK)
            .with(d.abs() - 0.0055, BLACK);
    }
    let (seed, _) = flat::sector(p, 7.0);
    outlined(flower, flat::circle(p, 0.052), YELLOW).with((seed - at(0.0, 0.030)).length() - 0.008, BLACK)
}

/// Rows around the picture: triangles, then flowers between leaves, then dots.
fn border(paper: Colour, p: Point, edge: f32) -> Colour {
    if edge > 0.965 {
        return paper;
    }
    let (along, across) = if p.x.abs() > p.y.abs() {
        (p.y, p.x.abs())
    } else {
        (p.x, p.y.abs())
    };
    let lines = [0.75, 0.80, 0.93, 0.96]
        .into_iter()
        .map(|at: f32| (edge - at).abs() - 0.005);
    let line = lines.fold(f32::MAX, f32::min);
    let teeth = at(along, across - 0.755);
    let triangle = 0.022 * flat::zigzag(teeth.x, 0.0667) + 0.775 - edge;
    let inner = if edge < 0.80 {
        paper.with(triangle, RED).with(-triangle, YELLOW)
    } else {
        paper
    };
    let band = if edge > 0.80 && edge < 0.93 {
        flowers(at(along, across - 0.865))
    } else {
        inner
    };
    let (dot, _, _) = flat::cell(at(along, 0.0), 0.035, 9.0);
    let beads = at(dot.x, across - 0.945).length() - 0.0085;
    band.with(triangle.abs().max(edge - 0.80) - 0.004, BLACK)
        .with(beads, RED)
        .with(line, BLACK)
}

fn flowers(p: Point) -> Colour {
    let (cell, which, _) = flat::cell(at(p.x, 0.0), 0.1333, 9.0);
    let cell = at(cell.x, p.y);
    let (petal, _) = flat::sector(cell, 6.0);
    let (leaf, _, _) = flat::cell(at(p.x + 0.0667, 0.0), 0.1333, 9.0);
    let leaf = flat::leaf(at(leaf.x, p.y + 0.056), 0.112, 0.046);
    let colour = if which.rem_euclid(2) == 0 { PINK } else { BLUE };
    let ground = outlined(
        outlined(YELLOW, leaf, GREEN),
        flat::leaf(petal, 0.054, 0.034),
        colour,
    );
    outlined(ground, flat::circle(cell, 0.014), PAPER)
}
