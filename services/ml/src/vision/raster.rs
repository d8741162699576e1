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
        let mut values = vec![0.0; columns * rows];
        for row in 0..rows {
            let (top, bottom) = span(row, rows, self.height);
            for column in 0..columns {
                let (left, right) = span(column, columns, self.width);
                let sum: f32 = (top..bottom)
                    .map(|y| self.row(y)[left..right].iter().sum::<f32>())
                    .sum();
                values[row * columns + column] = sum / ((bottom - top) * (right - left)) as f32;
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

/// Mean and standard deviation.
pub(super) fn moments(values: &[f32]) -> (f32, f32) {
    let count = values.len().max(1) as f32;
    let mean = values.iter().sum::<f32>() / count;
    let spread = values.iter().map(|value| (value - mean).powi(2)).sum::<f32>();
    (mean, (spread / count).sqrt())
}
