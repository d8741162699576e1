use super::{
    Style,
    colours::Colours,
    texture::{DIRECTIONS, Gradients},
};

/// Chroma in OKLab below which a hue means nothing.
const GREY: f32 = 0.04;
const HUES: usize = 8;
const GREYS: usize = 4;
const COLOURS: usize = GREYS + 2 * HUES;
/// The photo is laid out in so many parts each way.
const PARTS: usize = 4;
const MEASURES: usize = 8;
const LENGTH: usize = COLOURS + DIRECTIONS + PARTS * PARTS + MEASURES;

/// How much each group may add to a squared distance; together 1.
const BY_COLOUR: f32 = 0.45;
const BY_DIRECTION: f32 = 0.15;
const BY_LAYOUT: f32 = 0.15;
const BY_MEASURE: f32 = 0.25;

/// What photos are compared by: colours, directions of edges, where they lie, and the measures of style.
///
/// Shares enter by their square roots (Hellinger), so that the distance of two photos is from 0 to 1.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Features(Vec<f32>);

impl Features {
    pub(super) fn of(colours: &Colours, gradients: &Gradients, style: &Style) -> Self {
        let mut values = Vec::with_capacity(LENGTH);
        add_shares(&mut values, &hues(colours), BY_COLOUR);
        add_shares(&mut values, &gradients.directions, BY_DIRECTION);
        add_shares(&mut values, &layout(gradients), BY_LAYOUT);
        let measures = [
            f32::midpoint(style.warmth, 1.0),
            style.colourfulness,
            style.lightness,
            (style.contrast * 3.0).min(1.0),
            style.entropy,
            style.periodicity,
            style.symmetry,
            (style.edges * 3.0).min(1.0),
        ];
        let weight = (BY_MEASURE / MEASURES as f32).sqrt();
        values.extend(measures.map(|measure| measure * weight));
        Self(values)
    }

    /// From 0 to 1.
    pub fn distance(&self, other: &Self) -> f32 {
        let squares = self
            .0
            .iter()
            .zip(&other.0)
            .map(|(one, other)| (one - other).powi(2));
        squares.sum::<f32>().sqrt()
    }

    /// Whether they can be compared with what is measured now; others are of an older version.
    pub fn is_current(&self) -> bool {
        self.0.len() == LENGTH
    }
}

/// Square roots of shares lie on a sphere: two of them are at most the root of 2 apart.
fn add_shares(values: &mut Vec<f32>, shares: &[f32], weight: f32) {
    let scale = (weight / 2.0).sqrt();
    values.extend(shares.iter().map(|share| share.max(0.0).sqrt() * scale));
}

/// How much of the area has which colour: greys by lightness, others by hue, light and dark.
fn hues(colours: &Colours) -> [f32; COLOURS] {
    let mut shares = [0.0; COLOURS];
    for cell in &colours.cells {
        let share = cell.weight / colours.pixels;
        let lightness = cell.lab.l.clamp(0.0, 0.999);
        if cell.lab.a.hypot(cell.lab.b) < GREY {
            shares[(lightness * GREYS as f32) as usize] += share;
            continue;
        }
        // A hue between two of them counts for both.
        let turn = (cell.lab.b.atan2(cell.lab.a) / std::f32::consts::TAU).rem_euclid(1.0) * HUES as f32;
        let (first, rest) = (turn as usize % HUES, turn.fract());
        let dark = if lightness < 0.5 { HUES } else { 0 };
        shares[GREYS + dark + first] += share * (1.0 - rest);
        shares[GREYS + dark + (first + 1) % HUES] += share * rest;
    }
    shares
}

/// How the edges are spread over the photo.
fn layout(gradients: &Gradients) -> [f32; PARTS * PARTS] {
    let parts = gradients.strengths.shrunk(PARTS, PARTS);
    let total: f32 = parts.values.iter().sum();
    let mut shares = [0.0; PARTS * PARTS];
    for (share, part) in shares.iter_mut().zip(&parts.values) {
        *share = if total > 0.0 { part / total } else { 0.0 };
    }
    shares
}

#[cfg(test)]
mod tests {
    use crate::vision::{Raster, look};

    fn photo(seed: u64, colour: [u8; 3], size: usize) -> Raster {
        let mut rng = fastrand::Rng::with_seed(seed);
        let rgb = (0..200 * 200).flat_map(|at: usize| {
            let stripe = (at % 200 / size + at / 200 / size).is_multiple_of(2);
            colour.map(|value| if stripe { value } else { value / 2 }.saturating_add(rng.u8(0..8)))
        });
        Raster::new(200, 200, rgb.collect()).unwrap()
    }

    #[test]
    fn photos_of_the_same_are_near_and_others_are_far() {
        let one = look(&photo(1, [0, 60, 120], 20)).features;
        let same = look(&photo(2, [5, 65, 115], 20)).features;
        let other = look(&photo(3, [180, 90, 40], 7)).features;
        assert!(one.distance(&same) < 0.1, "{}", one.distance(&same));
        assert!(one.distance(&other) > 0.3, "{}", one.distance(&other));
        assert!(one.distance(&one) < 1e-6 && one.is_current());
    }
}
