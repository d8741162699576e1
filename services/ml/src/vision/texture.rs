//! Edges, and how they lie.

use super::{
    Plane,
    raster::{moments, sum_of, sum_of_pairs},
};

/// Directions of a half turn that edges are sorted into.
pub(super) const DIRECTIONS: usize = 12;
/// Of the Sobel gradient, whose largest value is 1,442 for 8 bits: below this it is grain.
const EDGE: f32 = 96.0;
/// Repetition and symmetry are looked for on a picture of so many areas each way.
const AREAS: usize = 64;
/// The shortest repetition, in areas: nearer neighbours are alike in every photo.
const SHORTEST: usize = 3;
const LONGEST: usize = 28;
/// What counts as around, in areas.
const AROUND: usize = 7;

/// The gradients of a photo (Sobel).
pub(super) struct Gradients {
    /// The strength at each pixel; the rim has none.
    pub(super) strengths: Plane,
    /// How much edge lies in each direction; they sum to 1, or are all zero.
    pub(super) directions: [f32; DIRECTIONS],
    /// The share of pixels that are on an edge.
    pub(super) edges: f32,
}

impl Gradients {
    pub(super) fn of(luma: &Plane) -> Self {
        let (width, height) = (luma.width, luma.height);
        let mut strengths = vec![0.0; width * height];
        let mut directions = [0.0; DIRECTIONS];
        let mut edges = 0usize;
        let inner = width.saturating_sub(2);
        let mut slopes = Slopes::of_width(inner);
        for y in 1..height.saturating_sub(1) {
            slopes.measure(luma, y);
            let row = &mut strengths[y * width + 1..][..inner];
            slopes.strengths(row);
            let steep = row.iter().enumerate().filter(|(_, strength)| **strength > EDGE);
            for (x, strength) in steep {
                edges += 1;
                directions[direction(slopes.across[x], slopes.down[x])] += strength;
            }
        }
        let total: f32 = directions.iter().sum();
        if total > 0.0 {
            directions = directions.map(|share| share / total);
        }
        Self {
            strengths: Plane {
                width,
                height,
                values: strengths,
            },
            directions,
            edges: edges as f32 / (width * height) as f32,
        }
    }

    /// How evenly edges lie in all directions: 0 when all lie in one, 1 when none is preferred.
    pub(super) fn entropy(&self) -> f32 {
        let bits = self
            .directions
            .iter()
            .filter(|share| **share > 0.0)
            .map(|share| -share * share.ln());
        bits.sum::<f32>() / (DIRECTIONS as f32).ln()
    }

    /// The share of pixels that are on an edge within a rim of so many pixels at the sides, and at top and bottom.
    pub(super) fn edges_on_rim(&self, sides: usize, ends: usize) -> f32 {
        let (width, height) = (self.strengths.width, self.strengths.height);
        let (mut edges, mut pixels) = (0usize, 0usize);
        let mut count = |part: &[f32]| {
            pixels += part.len();
            edges += part.iter().filter(|strength| **strength > EDGE).count();
        };
        for y in 0..height {
            let row = self.strengths.row(y);
            if y < ends || y + ends >= height || 2 * sides >= width {
                count(row);
            } else {
                count(&row[..sides]);
                count(&row[width - sides..]);
            }
        }
        edges as f32 / pixels.max(1) as f32
    }
}

/// How lightness changes to the right and downward, along one row without its first and last pixel.
struct Slopes {
    across: Vec<f32>,
    down: Vec<f32>,
}

impl Slopes {
    fn of_width(width: usize) -> Self {
        Self {
            across: vec![0.0; width],
            down: vec![0.0; width],
        }
    }

    fn measure(&mut self, luma: &Plane, y: usize) {
        let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
        let around = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
        let slopes = self.across.iter_mut().zip(&mut self.down);
        for ((across, down), ((above, here), below)) in slopes.zip(around) {
            *across = (above[2] + 2.0 * here[2] + below[2]) - (above[0] + 2.0 * here[0] + below[0]);
            *down = (below[0] + 2.0 * below[1] + below[2]) - (above[0] + 2.0 * above[1] + above[2]);
        }
    }

    fn strengths(&self, strengths: &mut [f32]) {
        let slopes = self.across.iter().zip(&self.down);
        for (strength, (across, down)) in strengths.iter_mut().zip(slopes) {
            *strength = (across * across + down * down).sqrt();
        }
    }
}

/// The picture that repetition and symmetry are looked for on.
pub(super) fn coarse(luma: &Plane) -> Plane {
    luma.shrunk(AREAS, AREAS)
}

/// Which twelfth of a half turn the edge lies nearest to: opposite gradients are one direction.
fn direction(across: f32, down: f32) -> usize {
    // The tangents of 7.5, 22.5 and 37.5 degrees: an angle would cost more than all else.
    let (steep, flat) = (across.abs().max(down.abs()), across.abs().min(down.abs()));
    let octant: usize = [0.131_652, 0.414_214, 0.767_327]
        .map(|tangent| usize::from(flat > tangent * steep))
        .iter()
        .sum();
    // By tables: edges lie as they please, and a processor that guesses a branch would be wrong every other time.
    let quarter = [octant, DIRECTIONS / 2 - octant][usize::from(across.abs() < down.abs())];
    [quarter, (DIRECTIONS - quarter) % DIRECTIONS][usize::from((across < 0.0) != (down < 0.0))]
}

/// How strongly a photo repeats itself along rows, columns or diagonals, from 0 to 1: the highest autocorrelation
/// at a distance beyond the first fall. Of a [`coarse`] picture.
pub(super) fn periodicity(coarse: &Plane) -> f32 {
    let small = detail(coarse);
    let along = |step: (usize, usize)| {
        let curve: Vec<f32> = (1..=LONGEST)
            .map(|lag| correlation(&small, step.0 * lag, step.1 * lag))
            .collect();
        repetition(&curve)
    };
    [(1, 0), (0, 1), (1, 1)]
        .map(along)
        .into_iter()
        .fold(0.0, f32::max)
}

/// The highest value after the curve has fallen for the first time.
fn repetition(curve: &[f32]) -> f32 {
    let falls = |pair: &[f32]| pair[1] > pair[0];
    let Some(low) = curve.windows(2).position(falls) else {
        return 0.0;
    };
    let beyond = curve.iter().skip(low.max(SHORTEST - 1));
    let peak = beyond.fold(0.0f32, |peak, value| peak.max(*value));
    (peak - curve[low].max(0.0)).clamp(0.0, 1.0)
}

/// How alike the left and the right half are, mirrored, from 0 to 1. Of a [`coarse`] picture.
pub(super) fn symmetry(coarse: &Plane) -> f32 {
    let (mean, _) = moments(&coarse.values);
    let (mut product, mut square) = (0.0, 0.0);
    for y in 0..AREAS {
        let row = coarse.row(y);
        for x in 0..AREAS {
            let (here, there) = (row[x] - mean, row[AREAS - 1 - x] - mean);
            product += here * there;
            square += here * here;
        }
    }
    if square < 1.0 {
        1.0
    } else {
        (product / square).clamp(0.0, 1.0)
    }
}

/// What is left without the shades of large areas: without the mean of what is around.
fn detail(plane: &Plane) -> Plane {
    let coarse = turned(&smoothed(&turned(&smoothed(plane))));
    let values = plane
        .values
        .iter()
        .zip(&coarse.values)
        .map(|(fine, coarse)| fine - coarse);
    Plane {
        values: values.collect(),
        ..coarse
    }
}

/// The mean of so many neighbours on each side along the row, fewer near its ends.
fn smoothed(plane: &Plane) -> Plane {
    let mut values = Vec::with_capacity(plane.values.len());
    for y in 0..plane.height {
        let row = plane.row(y);
        for x in 0..plane.width {
            let reach = AROUND.min(x).min(plane.width - 1 - x);
            let around = &row[x - reach..=x + reach];
            values.push(around.iter().sum::<f32>() / around.len() as f32);
        }
    }
    Plane { values, ..*plane }
}

/// Rows become columns; the plane is as wide as it is high.
fn turned(plane: &Plane) -> Plane {
    let side = plane.width;
    let values = (0..side * side).map(|at| plane.values[at % side * side + at / side]);
    Plane {
        values: values.collect(),
        ..*plane
    }
}

/// Of the plane with itself, moved by so many areas.
fn correlation(plane: &Plane, right: usize, down: usize) -> f32 {
    let (mut product, mut one, mut other) = (0.0, 0.0, 0.0);
    for y in 0..AREAS - down {
        let (here, there) = (&plane.row(y)[..AREAS - right], &plane.row(y + down)[right..]);
        product += sum_of_pairs(here, there, |here, there| here * there);
        one += sum_of(here, |value| value * value);
        other += sum_of(there, |value| value * value);
    }
    let scale = (one * other).sqrt();
    if scale < 1.0 { 0.0 } else { product / scale }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(value: impl Fn(usize, usize) -> f32) -> Plane {
        let values = (0..256 * 256).map(|at| value(at % 256, at / 256)).collect();
        Plane {
            width: 256,
            height: 256,
            values,
        }
    }

    fn stripes() -> Plane {
        drawn(|x, _| if (x / 16).is_multiple_of(2) { 40.0 } else { 200.0 })
    }

    #[test]
    fn stripes_repeat_and_a_slope_does_not() {
        assert!(
            periodicity(&coarse(&stripes())) > 0.6,
            "{}",
            periodicity(&coarse(&stripes()))
        );
        let slope = drawn(|x, y| (x + y) as f32 / 2.0);
        assert!(
            periodicity(&coarse(&slope)) < 0.2,
            "{}",
            periodicity(&coarse(&slope))
        );
        let mut rng = fastrand::Rng::with_seed(3);
        let grain: Vec<f32> = (0..256 * 256).map(|_| rng.f32() * 255.0).collect();
        let grain = drawn(|x, y| grain[y * 256 + x]);
        assert!(
            periodicity(&coarse(&grain)) < 0.3,
            "{}",
            periodicity(&coarse(&grain))
        );
    }

    #[test]
    fn stripes_lie_in_one_direction_and_a_disc_in_all() {
        assert!(Gradients::of(&stripes()).entropy() < 0.05);
        let disc = drawn(|x, y| {
            let (x, y) = (x as f32 - 128.0, y as f32 - 128.0);
            if x * x + y * y < 80.0 * 80.0 { 220.0 } else { 30.0 }
        });
        assert!(Gradients::of(&disc).entropy() > 0.95);
        assert!(symmetry(&coarse(&disc)) > 0.95);
    }

    #[test]
    fn a_slope_from_side_to_side_is_not_symmetric() {
        let slope = drawn(|x, _| x as f32);
        assert!(symmetry(&coarse(&slope)) < 0.1);
    }
}
