//! What a camera and an encoder do to a photo: blur, noise, blocks.

use super::{Plane, raster::moments};

/// Noise is estimated in tiles of so many pixels each way, and the smoothest quarter of them counts: elsewhere
/// texture would be taken for noise.
const TILE: usize = 16;
/// JPEG's blocks.
const BLOCK: usize = 8;

/// The variance of the Laplacian (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", 2000), less
/// what noise adds to it: white noise of variance v has a Laplacian of variance 20 v.
pub(super) fn sharpness(luma: &Plane, noise: f32) -> f32 {
    let mut values = Vec::with_capacity(luma.values.len());
    for y in 1..luma.height.saturating_sub(1) {
        let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
        for x in 1..luma.width.saturating_sub(1) {
            values.push(above[x] + below[x] + here[x - 1] + here[x + 1] - 4.0 * here[x]);
        }
    }
    let (_, deviation) = moments(&values);
    (deviation.powi(2) - 20.0 * noise.powi(2)).max(0.0)
}

/// The standard deviation of the noise (Immerkær, "Fast Noise Variance Estimation", 1996) in the smoothest quarter
/// of the photo; of 255.
pub(super) fn noise(luma: &Plane) -> f32 {
    let (columns, rows) = (luma.width / TILE, luma.height / TILE);
    let mut tiles: Vec<f32> = Vec::with_capacity(columns * rows);
    for row in 0..rows {
        for column in 0..columns {
            tiles.push(tile_noise(luma, column * TILE, row * TILE));
        }
    }
    if tiles.is_empty() {
        return 0.0;
    }
    tiles.sort_by(f32::total_cmp);
    let smoothest = &tiles[..tiles.len().div_ceil(4)];
    moments(smoothest).0
}

fn tile_noise(luma: &Plane, left: usize, top: usize) -> f32 {
    let mut sum = 0.0;
    for y in top + 1..top + TILE - 1 {
        let (above, here, below) = (luma.row(y - 1), luma.row(y), luma.row(y + 1));
        for x in left + 1..left + TILE - 1 {
            let corners = above[x - 1] + above[x + 1] + below[x - 1] + below[x + 1];
            let sides = above[x] + below[x] + here[x - 1] + here[x + 1];
            sum += (corners - 2.0 * sides + 4.0 * here[x]).abs();
        }
    }
    let pixels = ((TILE - 2) * (TILE - 2)) as f32;
    (std::f32::consts::PI / 2.0).sqrt() * sum / (6.0 * pixels)
}

/// How much larger the steps between the 8-pixel blocks of JPEG are than those within them, as a share: 0 where no
/// blocks show (after Wang, Bovik and Evans, "Blind measurement of blocking artifacts in images", 2000).
pub(super) fn blocks(luma: &Plane) -> f32 {
    let (mut between, mut within) = ((0.0, 0usize), (0.0, 0usize));
    let mut count = |step: f32, at: usize| {
        let side = if at.is_multiple_of(BLOCK) {
            &mut between
        } else {
            &mut within
        };
        side.0 += step.abs();
        side.1 += 1;
    };
    for y in 0..luma.height {
        let row = luma.row(y);
        for x in 1..luma.width {
            count(row[x] - row[x - 1], x);
        }
    }
    for y in 1..luma.height {
        let (above, here) = (luma.row(y - 1), luma.row(y));
        for x in 0..luma.width {
            count(here[x] - above[x], y);
        }
    }
    let mean = |(sum, count): (f32, usize)| sum / count.max(1) as f32;
    let (between, within) = (mean(between), mean(within));
    // Half a step of 255: in a flat photo every difference is rounding.
    ((between - within) / (within + 0.5)).max(0.0)
}
