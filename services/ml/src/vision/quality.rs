use super::{Plane, grain, raster::moments, texture::Gradients};

/// The rim of a photo, as a share of each side: what a piece stands before.
const RIM: f32 = 0.08;
/// The middle of a photo, as a share cut off each side: what it shows. A white background may be white.
const MARGIN: f32 = 0.2;
/// Lightness that has lost its detail, of 255.
const BLACK: f32 = 4.0;
const WHITE: f32 = 251.0;

/// How good a photo is, measured.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quality {
    /// The variance of the Laplacian without noise; a sharp photo has several hundred at 400 pixels.
    pub sharpness: f32,
    /// The standard deviation of noise, of 255.
    pub noise: f32,
    /// How much the blocks of JPEG show, from 0.
    pub blocks: f32,
    /// The mean lightness of the middle, of 255.
    pub brightness: f32,
    /// The share of the middle that is black or white without detail.
    pub clipped: f32,
    /// The standard deviation of lightness, of 1 (RMS contrast).
    pub contrast: f32,
    /// The share of the rim that is on an edge: how busy the background is.
    pub background: f32,
}

impl Quality {
    /// `contrast` is the standard deviation of lightness, of 1.
    pub(super) fn measure(luma: &Plane, contrast: f32, gradients: &Gradients) -> Self {
        let (width, height) = (luma.width, luma.height);
        let cut = |length: usize, share: f32| (length as f32 * share) as usize;
        let (sides, ends) = (cut(width, RIM).max(1), cut(height, RIM).max(1));
        let (left, top) = (cut(width, MARGIN), cut(height, MARGIN));
        let middle: Vec<f32> = (top..height - top)
            .flat_map(|y| luma.row(y)[left..width - left].iter().copied())
            .collect();
        let lost = middle
            .iter()
            .filter(|value| **value <= BLACK || **value >= WHITE)
            .count();
        let noise = grain::noise(luma);
        Self {
            sharpness: grain::sharpness(luma, noise),
            noise,
            blocks: grain::blocks(luma),
            brightness: moments(&middle).0,
            clipped: lost as f32 / middle.len().max(1) as f32,
            contrast,
            background: gradients.edges_on_rim(sides, ends),
        }
    }

    /// All of it as one number from 0 to 1.
    ///
    /// The faults of the camera multiply: a photo is no better than its worst one. Light and background only take
    /// something away.
    pub fn score(&self) -> f32 {
        let crisp = rising(self.sharpness.max(1.0).ln(), 1.0f32.ln(), 1500.0f32.ln());
        let clean = falling(self.noise, 1.0, 40.0);
        let whole = falling(self.blocks, 0.05, 3.0);
        let light = 1.0 - 0.5 * off_the_middle(self.brightness) - 0.5 * rising(self.clipped, 0.02, 0.5);
        let contrast = rising(self.contrast, 0.02, 0.16);
        let calm = falling(self.background, 0.05, 0.8);
        let camera = crisp.powf(0.8) * clean * whole.powf(0.7);
        let scene = 0.5 * light.max(0.0) + 0.3 * contrast + 0.2 * calm;
        (camera * (0.4 + 0.6 * scene)).clamp(0.0, 1.0)
    }
}

/// From 0 at `low` to 1 at `high`.
fn rising(value: f32, low: f32, high: f32) -> f32 {
    ((value - low) / (high - low)).clamp(0.0, 1.0)
}

/// From 1 at `low` to 0 at `high`.
fn falling(value: f32, low: f32, high: f32) -> f32 {
    1.0 - rising(value, low, high)
}

/// How far lightness is from where detail shows, from 0 to 1.
fn off_the_middle(brightness: f32) -> f32 {
    if brightness < 90.0 {
        rising(90.0 - brightness, 0.0, 90.0)
    } else {
        rising(brightness, 200.0, 255.0)
    }
}
