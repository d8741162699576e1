//! What goes round an axis: pots, lamps, dolls.

use crate::space::{Point, Vector, at};

/// Points between two of a profile.
const STEPS: usize = 10;
/// Cells of the grid along its longer side.
const CELLS: usize = 220;
/// Space around the profile in which the grid still knows the distance.
const MARGIN: f32 = 0.15;

/// A turned body. Its distances are worked out once, on a grid over half of its section.
pub(crate) struct Lathe {
    cell: f32,
    bottom: f32,
    columns: usize,
    rows: usize,
    distances: Vec<f32>,
}

impl Lathe {
    /// From an outline of `(radius, height)`, from the axis round to the axis; it is drawn smooth through the points.
    pub(crate) fn of(outline: &[(f32, f32)]) -> Self {
        let outline = smooth(outline);
        let most = |of: fn(&Point) -> f32| outline.iter().map(of).fold(f32::MIN, f32::max);
        let (widest, top, bottom) = (most(|p| p.x), most(|p| p.y), -most(|p| -p.y));
        let (width, height) = (widest + MARGIN, top - bottom + 2.0 * MARGIN);
        let cell = width.max(height) / CELLS as f32;
        let bottom = bottom - MARGIN;
        let (columns, rows) = ((width / cell) as usize + 2, (height / cell) as usize + 2);
        let points = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let distances = points
            .map(|(column, row)| section(&outline, at(column as f32 * cell, bottom + row as f32 * cell)))
            .collect();
        Self {
            cell,
            bottom,
            columns,
            rows,
            distances,
        }
    }

    pub(crate) fn distance(&self, p: Vector) -> f32 {
        let asked = at(p.radius(), p.y);
        let (right, top) = (
            (self.columns - 2) as f32 * self.cell,
            self.bottom + (self.rows - 2) as f32 * self.cell,
        );
        let known = at(asked.x.min(right), asked.y.clamp(self.bottom, top));
        self.known(known) + (asked - known).length()
    }

    /// Between the four nearest points of the grid.
    fn known(&self, p: Point) -> f32 {
        let (x, y) = (p.x / self.cell, (p.y - self.bottom) / self.cell);
        let (column, row) = (
            (x as usize).min(self.columns - 2),
            (y as usize).min(self.rows - 2),
        );
        let (s, t) = (x - column as f32, y - row as f32);
        let here = row * self.columns + column;
        let mixed = |at: usize| self.distances[at] * (1.0 - s) + self.distances[at + 1] * s;
        mixed(here) * (1.0 - t) + mixed(here + self.columns) * t
    }
}

/// Catmull-Rom through the points.
fn smooth(outline: &[(f32, f32)]) -> Vec<Point> {
    let last = outline.len() - 1;
    let point = |index: usize| at(outline[index.min(last)].0, outline[index.min(last)].1);
    let curves = (0..last).map(|index| [index.saturating_sub(1), index, index + 1, index + 2].map(point));
    let drawn = curves.flat_map(|through| {
        let steps = (0..STEPS).map(|step| step as f32 / STEPS as f32);
        steps.map(move |t| between(through, t))
    });
    drawn.chain([point(last)]).collect()
}

/// From the second (0) to the third (1) of four points.
fn between([a, b, c, d]: [Point; 4], t: f32) -> Point {
    let curve = b * 2.0
        + (c - a) * t
        + (a * 2.0 - b * 5.0 + c * 4.0 - d) * (t * t)
        + (b * 3.0 - a - c * 3.0 + d) * (t * t * t);
    at((curve.x / 2.0).max(0.0), curve.y / 2.0)
}

/// The signed distance to an outline that the axis closes.
fn section(outline: &[Point], p: Point) -> f32 {
    let mut nearest = f32::MAX;
    let mut inside = false;
    for (index, from) in outline.iter().enumerate() {
        let to = outline[(index + 1) % outline.len()];
        if (from.y > p.y) != (to.y > p.y) && p.x < from.x + (p.y - from.y) / (to.y - from.y) * (to.x - from.x)
        {
            inside = !inside;
        }
        if index + 1 < outline.len() {
            nearest = nearest.min(crate::flat::line(p, *from, to));
        }
    }
    if inside { -nearest } else { nearest }
}
