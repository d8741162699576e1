/// Decoded pixels: sRGB of 8 bits a channel, upright, row by row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raster {
    pub width: usize,
    pub height: usize,
    /// Three bytes a pixel.
    pub rgb: Vec<u8>,
}

impl Raster {
    /// Nothing when the bytes are not exactly the pixels, or there are none.
    pub fn new(width: usize, height: usize, rgb: Vec<u8>) -> Option<Self> {
        (!rgb.is_empty() && rgb.len() == width * height * 3).then_some(Self { width, height, rgb })
    }

    /// Lightness from 0 to 255, as ITU-R BT.601 weighs the channels.
    pub fn luma(&self) -> Plane {
        let weighed = |pixel: &[u8]| {
            let [red, green, blue] = [pixel[0], pixel[1], pixel[2]].map(f32::from);
            0.299 * red + 0.587 * green + 0.114 * blue
        };
        Plane {
            width: self.width,
            height: self.height,
            values: self.rgb.chunks_exact(3).map(weighed).collect(),
        }
    }
}

impl From<images::View> for Raster {
    fn from(view: images::View) -> Self {
        Self {
            width: view.width as usize,
            height: view.height as usize,
            rgb: view.rgb,
        }
    }
}

/// One value a pixel.
#[derive(Debug, Clone, PartialEq)]
pub struct Plane {
    pub width: usize,
    pub height: usize,
    pub values: Vec<f32>,
}

impl Plane {
    /// One row.
    pub fn row(&self, y: usize) -> &[f32] {
        &self.values[y * self.width..(y + 1) * self.width]
    }

    /// The means of `columns` x `rows` areas.
    #[must_use]
    pub fn shrunk(&self, columns: usize, rows: usize) -> Self {
        let mut values = Vec::with_capacity(columns * rows);
        let mut sums = vec![0.0f32; self.width];
        for row in 0..rows {
            let (top, bottom) = span(row, rows, self.height);
            sums.fill(0.0);
            for y in top..bottom {
                add_to(&mut sums, self.row(y));
            }
            for column in 0..columns {
                let (left, right) = span(column, columns, self.width);
                let sum: f32 = sums[left..right].iter().sum();
                values.push(sum / ((bottom - top) * (right - left)) as f32);
            }
        }
        Self {
            width: columns,
            height: rows,
            values,
        }
    }
}

/// The part of `length` that belongs to one of `count` areas; never empty.
fn span(index: usize, count: usize, length: usize) -> (usize, usize) {
    let from = (index * length / count).min(length - 1);
    (from, ((index + 1) * length / count).clamp(from + 1, length))
}

/// Numbers that are added at once: one after the other, each addition waits for the one before.
const LANES: usize = 16;

/// The sum of a term of each value.
pub(super) fn sum_of(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    sum_of_pairs(values, values, |value, _| term(value))
}

/// The sum of a term of each pair, for as many as both have.
pub(super) fn sum_of_pairs(ones: &[f32], others: &[f32], term: impl Fn(f32, f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (ones, others) = (ones.chunks_exact(LANES), others.chunks_exact(LANES));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(one, other)| term(*one, *other)).sum();
    for (ones, others) in ones.zip(others) {
        for (lane, (one, other)) in lanes.iter_mut().zip(ones.iter().zip(others)) {
            *lane += term(*one, *other);
        }
    }
    lanes.iter().sum::<f32>() + rest
}

/// Adds each value to the sum at its place.
pub(super) fn add_to(sums: &mut [f32], values: &[f32]) {
    for (sum, value) in sums.iter_mut().zip(values) {
        *sum += value;
    }
}

/// Mean and standard deviation.
pub(super) fn moments(values: &[f32]) -> (f32, f32) {
    let count = values.len().max(1) as f32;
    let mean = sum_of(values, |value| value) / count;
    let spread = sum_of(values, |value| (value - mean) * (value - mean));
    (mean, (spread / count).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_in_lanes_are_sums() {
        for length in [0u16, 1, 15, 16, 17, 100] {
            let values: Vec<f32> = (0..length).map(f32::from).collect();
            let whole = f32::from(length) * (f32::from(length) - 1.0) / 2.0;
            assert!((sum_of(&values, |value| value) - whole).abs() < 1e-3, "{length}");
            let products = sum_of_pairs(&values, &values, |one, other| one - other);
            assert!(products.abs() < 1e-6, "{length}");
        }
    }

    #[test]
    fn a_shrunk_plane_has_the_means_of_its_areas() {
        let plane = Plane {
            width: 4,
            height: 2,
            values: vec![1.0, 3.0, 5.0, 7.0, 1.0, 3.0, 9.0, 11.0],
        };
        assert_eq!(plane.shrunk(2, 1).values, [2.0, 8.0]);
        assert_eq!(plane.shrunk(2, 2).values, [2.0, 6.0, 2.0, 10.0]);
    }
}
