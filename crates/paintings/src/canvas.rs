//! From a function of points to a file.

use jpeg_encoder::{ColorType, Encoder};

use crate::{
    colour::Colour,
    space::{Point, at},
};

/// A colour for every point.
pub(crate) trait Picture {
    fn at(&self, p: Point) -> Colour;
}

impl<F: Fn(Point) -> Colour> Picture for F {
    fn at(&self, p: Point) -> Colour {
        self(p)
    }
}

const QUALITY: u8 = 88;
/// Neighbours that differ by more have an edge between them.
const EDGE: f32 = 0.07;
/// Where to look again at an edge, in pixels from the middle: a turned grid, so that no edge runs along it.
const AGAIN: [(f32, f32); 4] = [(-0.125, -0.375), (0.375, -0.125), (0.125, 0.375), (-0.375, 0.125)];

struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<Colour>,
}

/// Paints it.
pub(crate) fn jpeg(picture: &dyn Picture, width: u16, height: u16) -> Vec<u8> {
    let canvas = Canvas::of(picture, width.into(), height.into());
    let bytes = canvas.smoothed(picture);
    let mut file = Vec::new();
    let encoder = Encoder::new(&mut file, QUALITY);
    let written = encoder.encode(&bytes, width, height, ColorType::Rgb);
    debug_assert!(
        written.is_ok(),
        "memory takes it, and there are as many bytes as pixels"
    );
    file
}

impl Canvas {
    fn of(picture: &dyn Picture, width: usize, height: usize) -> Self {
        let mut canvas = Self {
            width,
            height,
            pixels: Vec::with_capacity(width * height),
        };
        for row in 0..height {
            for column in 0..width {
                canvas
                    .pixels
                    .push(picture.at(canvas.point(column as f32, row as f32)));
            }
        }
        canvas
    }

    fn point(&self, column: f32, row: f32) -> Point {
        let scale = 2.0 / self.width.min(self.height) as f32;
        let (middle, centre) = (self.width as f32 / 2.0, self.height as f32 / 2.0);
        at((column + 0.5 - middle) * scale, (centre - row - 0.5) * scale)
    }

    fn smoothed(&self, picture: &dyn Picture) -> Vec<u8> {
        let pixels = (0..self.height).flat_map(|row| (0..self.width).map(move |column| (column, row)));
        pixels
            .flat_map(|(column, row)| {
                let seen = self.pixels[row * self.width + column];
                if self.is_edge(column, row) {
                    self.again(picture, seen, column, row)
                } else {
                    seen
                }
                .bytes()
            })
            .collect()
    }

    fn is_edge(&self, column: usize, row: usize) -> bool {
        let here = row * self.width + column;
        let differs = |other: usize| self.pixels[here].contrast(self.pixels[other]) > EDGE;
        (column > 0 && differs(here - 1))
            || (column + 1 < self.width && differs(here + 1))
            || (row > 0 && differs(here - self.width))
            || (row + 1 < self.height && differs(here + self.width))
    }

    fn again(&self, picture: &dyn Picture, seen: Colour, column: usize, row: usize) -> Colour {
        let looks = AGAIN
            .iter()
            .map(|(x, y)| picture.at(self.point(column as f32 + x, row as f32 + y)));
        looks.fold(seen, |sum, look| sum + look) * (1.0 / (AGAIN.len() + 1) as f32)
    }
}
