//! What a camera and an encoder do to a photo: blur, noise, blocks.

use super::{
    Plane,
    raster::{moments, sum_of, sum_of_pairs},
};

/// Noise is estimated in tiles of so many pixels each way, and the smoothest quarter of them counts: elsewhere
/// texture would be taken for noise.
const TILE: usize = 16;
/// JPEG's blocks.
const BLOCK: usize = 8;

/// The variance of the Laplacian (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000), less
/// what noise adds to it: white noise of variance v has a Laplacian of variance 20 v.
pub(super) fn sharpness(luma: &Plane, noise: f32) -> f32 {
    let (mut sum, mut squares, mut count) = (0.0f64, 0.0f64, 0usize);
    let mut edges = vec![0.0f32; luma.width.saturating_sub(2)];
    for y in 1..luma.height.saturating_sub(1) {
        laplacian(luma, y, &mut edges);
        sum += f64::from(sum_of(&edges, |value| value));
        squares += f64::from(sum_of(&edges, |value| value * value));
        count += edges.len();
    }
    let count = count.max(1) as f64;
    let variance = squares / count - (sum / count).powi(2);
    (variance as f32 - 20.0 * noise.powi(2)).max(0.0)
}

/// Of the row's pixels but the first and the last.
fn laplacian(luma: &Plane, y: usize, edges: &mut [f32]) {
    let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
    let upright = above[1..].iter().zip(&below[1..]);
    for ((edge, (above, below)), around) in edges.iter_mut().zip(upright).zip(here.windows(3)) {
        *edge = above + below + around[0] + around[2] - 4.0 * around[1];
    }
}

/// The standard deviation of the noise (Immerkær, "Fast Noise Variance Estimation", 1996) in the smoothest quarter
/// of the photo; of 255.
pub(super) fn noise(luma: &Plane) -> f32 {
    let (columns, rows) = (luma.width / TILE, luma.height / TILE);
    let mut tiles: Vec<f32> = Vec::with_capacity(columns * rows);
    let mut grain = vec![0.0f32; luma.width];
    for row in 0..rows {
        grain.fill(0.0);
        for y in row * TILE + 1..(row + 1) * TILE - 1 {
            add_grain(luma, y, &mut grain);
        }
        let columns = grain.chunks_exact(TILE);
        tiles.extend(
            columns
                .map(|tile| tile[1..TILE - 1].iter().sum::<f32>())
                .map(deviation),
        );
    }
    if tiles.is_empty() {
        return 0.0;
    }
    tiles.sort_by(f32::total_cmp);
    let smoothest = &tiles[..tiles.len().div_ceil(4)];
    moments(smoothest).0
}

/// Adds what Immerkær's mask finds in a row to the sums of its columns; the first and the last have none.
fn add_grain(luma: &Plane, y: usize, sums: &mut [f32]) {
    let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
    let around = above.windows(3).zip(here.windows(3)).zip(below.windows(3));
    for (sum, ((above, here), below)) in sums[1..].iter_mut().zip(around) {
        let corners = above[0] + above[2] + below[0] + below[2];
        let sides = above[1] + below[1] + here[0] + here[2];
        *sum += (corners - 2.0 * sides + 4.0 * here[1]).abs();
    }
}

/// Of a tile, from the sum over its inner pixels.
fn deviation(sum: f32) -> f32 {
    let pixels = ((TILE - 2) * (TILE - 2)) as f32;
    (std::f32::consts::PI / 2.0).sqrt() * sum / (6.0 * pixels)
}

/// How much larger the steps between the 8-pixel blocks of JPEG are than those within them, as a share: 0 where no
/// blocks show (after Wang, Bovik and Evans, "Blind measurement of blocking artifacts in images", 2000).
pub(super) fn blocks(luma: &Plane) -> f32 {
    let (mut all, mut between) = (Steps::default(), Steps::default());
    for y in 0..luma.height {
        let row = luma.row(y);
        all.add(&row[1..], row);
        for x in (BLOCK..luma.width).step_by(BLOCK) {
            between.add(&row[x..=x], &row[x - 1..x]);
        }
    }
    for y in 1..luma.height {
        all.add(luma.row(y), luma.row(y - 1));
        if y.is_multiple_of(BLOCK) {
            between.add(luma.row(y), luma.row(y - 1));
        }
    }
    let within = all.less(&between).mean();
    // Half a step of 255: in a flat photo every difference is rounding.
    ((between.mean() - within) / (within + 0.5)).max(0.0)
}

/// Differences between neighbours.
#[derive(Debug, Clone, Copy, Default)]
struct Steps {
    sum: f64,
    count: usize,
}

impl Steps {
    fn add(&mut self, here: &[f32], there: &[f32]) {
        let steps = sum_of_pairs(here, &there[..here.len()], |here, there| (here - there).abs());
        self.sum += f64::from(steps);
        self.count += here.len();
    }

    fn less(self, others: &Self) -> Self {
        Self {
            sum: self.sum - others.sum,
            count: self.count - others.count,
        }
    }

    fn mean(self) -> f32 {
        (self.sum / self.count.max(1) as f64) as f32
    }
}
