//! The dominant colours: weighted k-means++ in OKLab over a histogram.

use fastrand::Rng;
use palette::{FromColor, IntoColor, Oklab, Srgb};

use super::Raster;

/// Steps of a channel in the histogram, whose cells keep the mean of what fell into them.
const STEPS: usize = 16;
/// Clusters at first; those that are alike are then joined.
const CLUSTERS: usize = 8;
/// Colours of a palette at most.
const SHOWN: usize = 6;
/// Starts tried for each further cluster: "greedy" k-means++ (Arthur and Vassilvitskii 2007, section 6).
const CANDIDATES: usize = 4;
const ROUNDS: usize = 12;
/// Clusters nearer than this are one colour: some two just noticeable differences in OKLab.
const ALIKE: f32 = 0.04;
/// A smaller share is a detail.
const DETAIL: f32 = 0.012;
/// The same photo has the same palette, always.
const SEED: u64 = 0x00C0_FFEE;

/// One of the dominant colours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Swatch {
    pub rgb: [u8; 3],
    /// Of the photo's area, from 0 to 1.
    pub share: f32,
}

impl Swatch {
    /// `#rrggbb`
    pub fn hex(&self) -> String {
        let [red, green, blue] = self.rgb;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// The dominant colours of a photo, the largest share first; between 1 and 6.
pub fn palette(raster: &Raster) -> Vec<Swatch> {
    Colours::of(raster).palette()
}

/// A photo's colours and how much there is of each.
pub(super) struct Colours {
    pub(super) cells: Vec<Cell>,
    pub(super) pixels: f32,
}

/// Pixels of nearly one colour.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell {
    pub(super) lab: Oklab,
    pub(super) weight: f32,
}

impl Colours {
    pub(super) fn of(raster: &Raster) -> Self {
        let mut sums = vec![[0u32; 4]; STEPS * STEPS * STEPS];
        for pixel in raster.rgb.chunks_exact(3) {
            let [red, green, blue] = [0, 1, 2].map(|channel| usize::from(pixel[channel] >> 4));
            let sum = &mut sums[(red * STEPS + green) * STEPS + blue];
            for (sum, value) in sum.iter_mut().zip(pixel) {
                *sum += u32::from(*value);
            }
            sum[3] += 1;
        }
        let cells = sums.iter().filter(|sum| sum[3] > 0).map(|sum| {
            let weight = sum[3] as f32;
            let [red, green, blue] = [0, 1, 2].map(|channel| sum[channel] as f32 / weight / 255.0);
            Cell {
                lab: Oklab::from_color(Srgb::new(red, green, blue).into_linear()),
                weight,
            }
        });
        Self {
            cells: cells.collect(),
            pixels: (raster.width * raster.height) as f32,
        }
    }

    pub(super) fn palette(&self) -> Vec<Swatch> {
        let mut clusters = joined(self.clustered());
        clusters.sort_by(|one, other| other.weight.total_cmp(&one.weight));
        let largest = clusters.first().copied();
        let shown = clusters
            .iter()
            .filter(|cluster| cluster.weight >= DETAIL * self.pixels);
        let mut palette: Vec<Swatch> = shown.take(SHOWN).map(|cluster| self.swatch(cluster)).collect();
        if palette.is_empty() {
            palette.extend(largest.map(|cluster| self.swatch(&cluster)));
        }
        palette
    }

    fn swatch(&self, cluster: &Cell) -> Swatch {
        let colour: Srgb = cluster.lab.into_color();
        let channel = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
        Swatch {
            rgb: [colour.red, colour.green, colour.blue].map(channel),
            share: cluster.weight / self.pixels,
        }
    }

    /// Lloyd's rounds until nothing moves.
    fn clustered(&self) -> Vec<Cell> {
        let mut centres = self.starts();
        let mut members = vec![0; self.cells.len()];
        for _ in 0..ROUNDS {
            let mut moved = false;
            let places = Places::of(&centres);
            for (cell, member) in self.cells.iter().zip(&mut members) {
                let nearest = places.nearest(cell.lab);
                moved |= *member != nearest;
                *member = nearest;
            }
            centres = self.means(&centres, &members);
            if !moved {
                break;
            }
        }
        centres
    }

    fn means(&self, centres: &[Cell], members: &[usize]) -> Vec<Cell> {
        let mut sums = vec![(Oklab::new(0.0, 0.0, 0.0), 0.0f32); centres.len()];
        for (cell, member) in self.cells.iter().zip(members) {
            let (sum, weight) = &mut sums[*member];
            *sum += cell.lab * cell.weight;
            *weight += cell.weight;
        }
        let mean = |((sum, weight), centre): (&(Oklab, f32), &Cell)| Cell {
            lab: if *weight > 0.0 { *sum / *weight } else { centre.lab },
            weight: *weight,
        };
        sums.iter().zip(centres).map(mean).collect()
    }

    /// The first start is the commonest colour; each further one is drawn by the squared distance from those
    /// that there are, the best of a few draws.
    fn starts(&self) -> Vec<Cell> {
        let mut rng = Rng::with_seed(SEED);
        let heaviest = self
            .cells
            .iter()
            .max_by(|one, other| one.weight.total_cmp(&other.weight));
        let Some(first) = heaviest else {
            return Vec::new();
        };
        let mut starts = vec![*first];
        let mut costs: Vec<f32> = self.cells.iter().map(|cell| cell.cost(first.lab)).collect();
        while starts.len() < CLUSTERS.min(self.cells.len()) {
            let total: f32 = costs.iter().sum();
            if total <= f32::EPSILON {
                break;
            }
            let mut best: Option<(f32, Cell, Vec<f32>)> = None;
            for _ in 0..CANDIDATES {
                let drawn = self.cells[drawn(&costs, rng.f32() * total)];
                let with = costs.iter().zip(&self.cells);
                let with: Vec<f32> = with.map(|(cost, cell)| cost.min(cell.cost(drawn.lab))).collect();
                let left: f32 = with.iter().sum();
                if best.as_ref().is_none_or(|(least, ..)| left < *least) {
                    best = Some((left, drawn, with));
                }
            }
            let Some((_, start, with)) = best else { break };
            starts.push(start);
            costs = with;
        }
        starts
    }
}

impl Cell {
    fn cost(&self, centre: Oklab) -> f32 {
        squared(self.lab, centre) * self.weight
    }
}

fn drawn(costs: &[f32], mut at: f32) -> usize {
    for (index, cost) in costs.iter().enumerate() {
        at -= cost;
        if at <= 0.0 {
            return index;
        }
    }
    costs.len() - 1
}

/// Where the centres are, side by side, so that all distances are measured at once.
struct Places {
    l: [f32; CLUSTERS],
    a: [f32; CLUSTERS],
    b: [f32; CLUSTERS],
}

impl Places {
    /// A place without a centre is near to nothing.
    fn of(centres: &[Cell]) -> Self {
        let far = [f32::INFINITY; CLUSTERS];
        let mut places = Self {
            l: far,
            a: far,
            b: far,
        };
        for (index, centre) in centres.iter().enumerate().take(CLUSTERS) {
            places.l[index] = centre.lab.l;
            places.a[index] = centre.lab.a;
            places.b[index] = centre.lab.b;
        }
        places
    }

    fn nearest(&self, lab: Oklab) -> usize {
        let mut distances = [0.0f32; CLUSTERS];
        for (index, distance) in distances.iter_mut().enumerate() {
            let (l, a, b) = (
                self.l[index] - lab.l,
                self.a[index] - lab.a,
                self.b[index] - lab.b,
            );
            *distance = l * l + a * a + b * b;
        }
        let least = distances.iter().copied().fold(f32::INFINITY, f32::min);
        distances
            .iter()
            .position(|distance| *distance <= least)
            .unwrap_or(0)
    }
}

/// Joins the two nearest clusters until all differ.
fn joined(mut clusters: Vec<Cell>) -> Vec<Cell> {
    clusters.retain(|cluster| cluster.weight > 0.0);
    while let Some((one, other)) = nearest_pair(&clusters) {
        let gone = clusters.swap_remove(other);
        let kept = &mut clusters[one];
        let weight = kept.weight + gone.weight;
        kept.lab = (kept.lab * kept.weight + gone.lab * gone.weight) / weight;
        kept.weight = weight;
    }
    clusters
}

/// The first comes before the second.
fn nearest_pair(clusters: &[Cell]) -> Option<(usize, usize)> {
    let mut best = (ALIKE * ALIKE, None);
    for (one, first) in clusters.iter().enumerate() {
        for (other, second) in clusters.iter().enumerate().skip(one + 1) {
            let distance = squared(first.lab, second.lab);
            if distance < best.0 {
                best = (distance, Some((one, other)));
            }
        }
    }
    best.1
}

/// The squared distance of two colours.
pub(super) fn squared(one: Oklab, other: Oklab) -> f32 {
    let difference = one - other;
    difference.l.powi(2) + difference.a.powi(2) + difference.b.powi(2)
}

#[cfg(test)]
mod tests {
    use palette::{Lab, color_difference::Ciede2000};

    use super::*;

    type Planted = &'static [([u8; 3], usize)];

    /// Palettes as they occur on crafts: colour, and hundredths of the area.
    const PLANTED: [Planted; 5] = [
        &[([0, 48, 78], 60), ([243, 229, 171], 30), ([188, 63, 74], 10)],
        &[
            ([111, 78, 55], 50),
            ([190, 101, 22], 30),
            ([36, 33, 36], 15),
            ([248, 222, 126], 5),
        ],
        &[([255, 255, 255], 70), ([0, 119, 145], 20), ([168, 81, 110], 10)],
        &[
            ([103, 146, 103], 40),
            ([136, 45, 23], 30),
            ([234, 162, 33], 18),
            ([67, 107, 149], 8),
            ([114, 47, 55], 4),
        ],
        &[([128, 128, 128], 100)],
    ];

    /// Stripes of the planted colours, each pixel shaken by up to `shake` of 255.
    fn planted(palette: Planted, shake: i16) -> Raster {
        let mut rng = Rng::with_seed(7);
        let mut rgb = Vec::new();
        for _ in 0..100 {
            for (colour, share) in palette {
                for _ in 0..*share * 2 {
                    rgb.extend(colour.map(|value| shaken(&mut rng, value, shake)));
                }
            }
        }
        Raster::new(200, 100, rgb).unwrap()
    }

    fn shaken(rng: &mut Rng, value: u8, shake: i16) -> u8 {
        u8::try_from((i16::from(value) + rng.i16(-shake..=shake)).clamp(0, 255)).unwrap()
    }

    fn delta_e(one: [u8; 3], other: [u8; 3]) -> f32 {
        let lab = |rgb: [u8; 3]| Lab::from_color(Srgb::from(rgb).into_format::<f32>().into_linear());
        lab(one).difference(lab(other))
    }

    #[test]
    fn planted_palettes_are_recovered() {
        for palette_planted in PLANTED {
            for shake in [0, 6] {
                let found = palette(&planted(palette_planted, shake));
                assert_eq!(found.len(), palette_planted.len(), "{found:?}");
                for ((colour, share), swatch) in palette_planted.iter().zip(&found) {
                    let off = delta_e(*colour, swatch.rgb);
                    assert!(off < 2.0, "{colour:?} became {swatch:?}, {off} away");
                    assert!((swatch.share - *share as f32 / 100.0).abs() < 0.01, "{swatch:?}");
                }
            }
        }
    }

    #[test]
    fn the_same_photo_has_the_same_palette() {
        let photo = planted(PLANTED[3], 20);
        assert_eq!(palette(&photo), palette(&photo));
    }

    #[test]
    fn one_pixel_is_a_photo() {
        let found = palette(&Raster::new(1, 1, vec![1, 2, 3]).unwrap());
        assert_eq!(found[0].hex(), "#010203");
        assert!((found[0].share - 1.0).abs() < 1e-6);
    }
}
